import * as fs from "node:fs";
import type { IContainer } from "kubernetes-models/v1/Container";
import { parse, parseAllDocuments, stringify } from "yaml";
import { environmentPlan } from "../../../support/plans";
import { chartFolder } from "../tools/charts";
import { goTools, toolPath } from "../tools/goTools";
import { Kube, KubeObject } from "./kube";
import { Place } from "./place";

/* istiod's objects, as the real Helm makes them of the charts and of the values that the program gives them. */

/** Values of a chart. */
export type Values = Readonly<Record<string, unknown>>;

/** The values that the program gives a release in dev. */
export async function programValues(release: string): Promise<Values> {
  const { resources } = await environmentPlan("dev", "up");
  const found = resources.find(({ type, inputs }) => type === "kubernetes:helm.sh/v3:Release" && inputs["name"] === release);
  const values = found?.inputs["values"];
  if (typeof values !== "object" || values === null) throw new Error(`The program has no release ${release} with values.`);
  return values as Values;
}

/** What Helm renders of the chart of a release. */
export async function render(place: Place, release: string, namespace: string, values: Values): Promise<readonly KubeObject[]> {
  return objectsIn(await renderText(place, release, namespace, values));
}

/** The same, as Helm writes it. */
export async function renderText(place: Place, release: string, namespace: string, values: Values): Promise<string> {
  const command = [toolPath("helm"), "template", release, chartFolder(release), "--namespace", namespace, "--kube-version", goTools.apiServer.version, "--values", "-"];
  const { status, stdout, stderr } = await place.run(command, { input: stringify(values) });
  if (status !== 0) throw new Error(`helm template ${release}: ${stderr.trim()}`);
  return stdout;
}

/** The objects of what Helm wrote. */
export function objectsIn(text: string): readonly KubeObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const object: unknown = document.toJS();
    return isObject(object) ? [object] : [];
  });
}

/** istiod, as its chart wants it run. */
interface IstiodDeployment extends KubeObject {
  readonly spec: { readonly template: { readonly metadata: { readonly labels: Record<string, string> }; readonly spec: { readonly containers: readonly IstiodContainer[]; readonly serviceAccountName: string } } };
}

interface IstiodContainer extends IContainer {
  readonly args: string[];
  readonly env: NonNullable<IContainer["env"]>;
}

/** Applies Istio's definitions and istiod's objects but for its Deployment, which is returned. */
export async function applyIstio(kube: Kube, place: Place, istiodValues: Values): Promise<{ deployment: IstiodDeployment; mesh: string }> {
  const [base, istiod] = await Promise.all([
    render(place, "istio-base", "istio-system", await programValues("istio-base")),
    render(place, "istiod", "istio-system", istiodValues),
  ]);
  const deployment = istiod.find((object): object is IstiodDeployment => object.kind === "Deployment");
  const mesh = istiod.find(isMeshConfig)?.data.mesh;
  if (deployment === undefined || mesh === undefined) throw new Error("Istio's chart has no Deployment, or no mesh config.");
  await kube.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "istio-system" } }]);
  const definitions = base.filter(({ kind }) => kind === "CustomResourceDefinition");
  // One after the other they take seconds, and none needs another.
  await Promise.all(definitions.map((definition) => kube.apply([definition])));
  // Nobody runs what these scale and keep.
  const others = [...base, ...istiod].filter(({ kind }) => !["CustomResourceDefinition", "Deployment", "HorizontalPodAutoscaler", "PodDisruptionBudget"].includes(kind));
  await kube.apply(others);
  return { deployment, mesh };
}

/**
 * The platform's mesh config, changed for one thing: the plain Envoy has not Istio's own filter for metrics, which the default providers
 * would put into every listener.
 */
function meshForPlainEnvoy(mesh: string, keys: Values): string {
  return stringify({ ...(parse(mesh) as Values), ...keys, defaultProviders: {} });
}

/** Writes istiod's mesh config, with keys instead of the platform's own where some are given. istiod reads the file again by itself. */
export function writeMesh(file: string, mesh: string, keys: Values = {}): void {
  fs.writeFileSync(file, meshForPlainEnvoy(mesh, keys));
}

/** Likewise: two more of Istio's own filters. */
const environmentForPlainEnvoy = { PILOT_ENABLE_METADATA_EXCHANGE: "false", PILOT_ENABLE_ALPN_FILTER: "false" } as const;

/** How istiod is begun in its pod, with a config file to reach the API server by. */
export function istiodCommand(deployment: IstiodDeployment, meshFile: string, kubeconfig: string): { command: string[]; env: Record<string, string> } {
  const container = deployment.spec.template.spec.containers[0];
  if (container === undefined) throw new Error("istiod's Deployment has no container.");
  const env = Object.fromEntries(container.env.flatMap(({ name, value }) => (value === undefined || name === "KUBECONFIG" ? [] : [[name, value]])));
  return {
    command: [toolPath("pilotDiscovery"), ...container.args, `--kubeconfig=${kubeconfig}`, `--meshConfig=${meshFile}`, "--networksConfig="],
    env: { ...env, ...environmentForPlainEnvoy, POD_NAME: "istiod", POD_NAMESPACE: "istio-system", SERVICE_ACCOUNT: deployment.spec.template.spec.serviceAccountName, ISTIOD_ADDR: "istiod.istio-system.svc:15012" },
  };
}

function isObject(value: unknown): value is KubeObject {
  return typeof value === "object" && value !== null && "kind" in value;
}

function isMeshConfig(object: KubeObject): object is KubeObject & { readonly data: { readonly mesh: string } } {
  return object.kind === "ConfigMap" && object.metadata.name === "istio" && "data" in object;
}
