import * as fs from "node:fs";
import { isRecord } from "../../../../simulator/engine/values";
import { Authority } from "../claims/authority";
import { partOf } from "../claims/objects";
import { Planned, releaseOf } from "../claims/planned";
import { chartPods, chartServices } from "../claims/pods";
import { KubeError, KubeObject, nameOf } from "../lab/kube";
import { Lab, startLab, until } from "../lab/lab";
import { podObject } from "../lab/pod";
import type { ClusterRow } from "../report/rows";
import { made, renderable, unrenderable, viewsOf } from "./charts";
import { Cluster, ClusterName, plannedCluster, platformOf } from "./clusters";
import { takenMeshConfig } from "./meshConfig";
import { Views } from "./values";
import { MadePod, podsOf } from "./workloads";

/** A cluster's programs on a real API server with the real istiod: all of their objects, and a pod of everything that makes pods. */
export class Trial {
  private constructor(
    readonly lab: Lab,
    readonly cluster: Cluster,
    /** What each chart that can be had makes of the program's values. */
    readonly charts: Readonly<Record<string, readonly KubeObject[]>>,
    private readonly authority: Authority,
  ) {}

  /** Plans the programs, and starts the cluster with the mesh as they want it and every definition that they use. */
  static async start(name: ClusterName): Promise<Trial> {
    const cluster = await plannedCluster(name);
    const platform = platformOf(cluster);
    const lab = await startLab({ istiodValues: releaseOf(platform, "istiod").values });
    try {
      const charts: Record<string, readonly KubeObject[]> = {};
      for (const [release, { values }] of renderable(platform)) charts[release] = await made(lab.control, platform, release, values);
      await define(lab, Object.values(charts).flat());
      return new Trial(lab, cluster, charts, new Authority(lab.folder));
    } catch (error) {
      lab.keep();
      await lab.stop();
      throw error;
    }
  }

  get platform(): Planned {
    return platformOf(this.cluster);
  }

  /** How the values of the platform's charts are looked at. */
  get views(): Views {
    return viewsOf(this.lab, this.platform);
  }

  /** What the programs send to the cluster themselves, in the order of registration. */
  get ownObjects(): readonly KubeObject[] {
    return Object.values(this.cluster.programs).flatMap(({ objects }) => objects);
  }

  /**
   * What Helm sends besides. Left out are definitions, which are there already, and webhooks: istiod has completed its own, and nobody answers
   * those of cert-manager.
   */
  get chartObjects(): readonly KubeObject[] {
    return Object.values(this.charts).flat().filter(({ kind }) => kind !== "CustomResourceDefinition" && !kind.endsWith("WebhookConfiguration"));
  }

  /** What charts make that can't be had, as the components declare it, and the secrets that controllers make. */
  get standIns(): readonly KubeObject[] {
    const programs = Object.values(this.cluster.programs);
    const accounts = programs.flatMap((program) =>
      chartPods(program, unrenderable(program)).map(({ namespace, serviceAccount = "default" }) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: serviceAccount, namespace } })),
    );
    return [...programs.flatMap((program) => chartServices(program, unrenderable(program))), ...accounts, ...this.certificates()];
  }

  /** The pods that the cluster would have, one of each workload. */
  get pods(): readonly MadePod[] {
    return podsOf([...this.ownObjects, ...this.chartObjects]);
  }

  /** The pods of the charts that can't be had. */
  get standInPods(): readonly KubeObject[] {
    return Object.values(this.cluster.programs).flatMap((program) => chartPods(program, unrenderable(program)).map(podObject));
  }

  /** The mesh's configuration, as the program gives it to istiod's chart. */
  get wantedMeshConfig(): unknown {
    return releaseOf(this.platform, "istiod").values["meshConfig"];
  }

  /** The same as istiod has taken it. */
  get takenMeshConfig(): unknown {
    return takenMeshConfig(fs.readFileSync(this.lab.istiod.log, "utf8"));
  }

  /** What the report says of the cluster. */
  get about(): ClusterRow {
    const programs = Object.values(this.cluster.programs);
    return {
      name: this.cluster.name,
      ownObjects: this.ownObjects.length,
      chartObjects: this.chartObjects.length,
      rendered: Object.keys(this.charts),
      notRendered: programs.flatMap(unrenderable),
      pods: this.pods.map(podName),
      standIns: this.standInPods.map(podName),
    };
  }

  /** Applies objects one by one. Returns what was refused, and what is there now by name. */
  async apply(objects: readonly KubeObject[]): Promise<{ refused: string[]; stored: Map<string, KubeObject> }> {
    const refused: string[] = [];
    const stored = new Map<string, KubeObject>();
    for (const object of objects) {
      const answer = await refusal(this.lab.kube.apply([object]).then(([applied]) => applied && stored.set(nameOf(object), applied)));
      if (answer !== undefined) refused.push(answer);
    }
    return { refused, stored };
  }

  /** Makes pods, and says of each that it runs. Returns what was refused, and the pods as they were admitted. */
  async makePods(pods: readonly KubeObject[]): Promise<{ refused: string[]; admitted: MadePod[] }> {
    const refused: string[] = [];
    const admitted: MadePod[] = [];
    for (const pod of pods) {
      const answer = await refusal(this.lab.kube.create(pod).then((created) => isPod(created) && admitted.push(created)));
      if (answer !== undefined) refused.push(answer);
      else await this.lab.kube.patch(pod, { status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } }, "status");
    }
    return { refused, admitted };
  }

  /** What was warned of since the last time. */
  warnings(): string[] {
    return this.lab.kube.warnings.splice(0);
  }

  /** A certificate for each secret that a Gateway names: cert-manager would get one. */
  private certificates(): KubeObject[] {
    return this.ownObjects
      .filter(({ kind }) => kind === "Certificate")
      .map((object) => {
        const hosts = partOf(object, ["spec", "dnsNames"]);
        const { certificate, key } = this.authority.issue(Array.isArray(hosts) ? hosts.map(String) : []);
        const { namespace = "default" } = object.metadata;
        const name = String(partOf(object, ["spec", "secretName"]));
        return { apiVersion: "v1", kind: "Secret", type: "kubernetes.io/tls", metadata: { name, namespace }, stringData: { "tls.crt": certificate, "tls.key": key } };
      });
  }
}

/** What the API server said where it refused something; nothing where it did not. */
export async function refusal(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof KubeError) return error.message;
    throw error;
  }
}

/** Applies the definitions among some objects, and waits until their kinds are served. */
async function define({ kube }: Lab, objects: readonly KubeObject[]): Promise<void> {
  for (const definition of objects.filter(({ kind }) => kind === "CustomResourceDefinition")) {
    await kube.apply([definition]);
    await until(`${nameOf(definition)} to be served`, async () => {
      const conditions = partOf(await kube.read(definition), ["status", "conditions"]);
      return Array.isArray(conditions) && conditions.some((condition: unknown) => isRecord(condition) && condition["type"] === "Established" && condition["status"] === "True");
    });
  }
}

const podName = ({ metadata: { namespace, name } }: KubeObject): string => `${namespace}/${name}`;

function isPod(object: KubeObject): object is MadePod {
  return object.kind === "Pod" && isRecord(partOf(object, ["spec"]));
}
