import * as path from "node:path";
import type { KubeObject } from "../lab/kube";
import { parse } from "yaml";
import { filesOf } from "../../../../cli/outFiles";
import { Project, readProject, readStackConfig, StackConfig } from "../../../../cli/projectFiles";
import { redactorFor } from "../../../../cli/redact";
import { failureOf, runProject } from "../../../../cli/runProject";
import type { ChartDeclaration } from "../../../../components/shared/chart";
import { StackOutputs } from "../../../../simulator/engine/monitor";
import { Plan } from "../../../../simulator/engine/plan";
import { isRecord, Properties } from "../../../../simulator/engine/values";
import { Change } from "../../../support/plans";

const root = path.join(__dirname, "..", "..", "..", "..");

/** What a program sends to the cluster, as the preview writes it with `--mode up --out`. */
export interface Planned {
  readonly plan: Plan;
  /** In the order of registration. */
  readonly objects: readonly KubeObject[];
  /** The charts' releases, by the release's name. */
  readonly releases: Readonly<Record<string, PlannedRelease>>;
}

/** A release of a chart. */
export interface PlannedRelease {
  readonly namespace: string;
  readonly values: Properties;
  /** What the component says that the chart makes. */
  readonly declares: ChartDeclaration;
}

/** Who may sign in to dev by a token of its own, besides the person who is there: the table of requests has it. */
export const servicePrincipal = "99999999-9999-4999-8999-999999999991";

/** The platform's program for dev, with a service principal on the list of who may sign in. */
export function plannedPlatform(): Promise<Planned> {
  return plannedEnvironment("dev", (platform) => {
    const signIn: unknown = platform["signIn"];
    if (!isRecord(signIn) || !isRecord(signIn["allowed"])) throw new Error("Pulumi.dev.yaml has no signIn.allowed.");
    signIn["allowed"]["servicePrincipals"] = [servicePrincipal];
  });
}

/** The platform's program for an environment, as its file says or with a change of its config. */
export function plannedEnvironment(stack: string, change: Change = () => undefined): Promise<Planned> {
  const project = readProject(root);
  const key = `${project.name}:platform`;
  const config = readStackConfig(project, stack);
  const platform: Record<string, never> = JSON.parse(config.values[key] ?? "{}");
  change(platform);
  return planned(project, { ...config, values: { ...config.values, [key]: JSON.stringify(platform) } }, stack);
}

/** A program of an app team's, by its folder in the repository, on a platform that was planned. */
export function plannedApps(directory: string, platform: Planned): Promise<Planned> {
  const project = readProject(path.join(root, directory));
  return planned(project, readStackConfig(project, "dev"), "dev", () => Promise.resolve(platform.plan.outputs));
}

/** The release of that name. */
export function releaseOf({ releases }: Planned, name: string): PlannedRelease {
  const release = releases[name];
  if (release === undefined) throw new Error(`The program plans no release ${name}.`);
  return release;
}

async function planned(project: Project, config: StackConfig, stack: string, stackOutputs?: StackOutputs): Promise<Planned> {
  const result = await runProject({ project, stack, config, mode: "up" }, { ...(stackOutputs && { stackOutputs }) });
  const failure = failureOf(result);
  if (failure !== undefined) throw new Error(`${project.name} can't be planned:\n${failure.messages.join("\n")}`);
  const files = [...filesOf(result.plan, redactorFor(result.plan))];
  const objects = files.filter(([file]) => file.startsWith("kubernetes/")).map(([, text]): KubeObject => parse(text));
  return { plan: result.plan, objects, releases: releasesOf(result.plan) };
}

function releasesOf({ resources }: Plan): Record<string, PlannedRelease> {
  const components = resources.filter(({ type }) => type === "delivery-platform:shared:HelmRelease");
  return Object.fromEntries(
    components.flatMap(({ urn, outputs }) =>
      resources
        .filter(({ type, parent }) => type === "kubernetes:helm.sh/v3:Release" && parent === urn)
        // The component has registered it by this type.
        .map(({ inputs }) => [String(inputs["name"]), { namespace: String(inputs["namespace"]), values: inputs["values"] as Properties, declares: outputs["declares"] as ChartDeclaration }]),
    ),
  );
}
