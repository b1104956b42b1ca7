import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPod } from "kubernetes-models/v1/Pod";
import { agentCommand, proxyContainer, proxyServer, redirection, writeAgentFiles } from "./agent";
import { Kube, ObjectMetadata } from "./kube";
import { podNetwork, setSysctl } from "./network";
import { Place, Site } from "./place";
import { Server } from "./server";
import { until } from "./until";

/** What a pod is made of. */
export interface PodArgs {
  /** Made where it is missing, without labels. */
  readonly namespace: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Annotations of the object: redirection, `proxy.istio.io/config`. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Made where it is missing. Default: `default`. */
  readonly serviceAccount?: string;
  /** `sidecar`: redirected, with an agent and an Envoy beside it. `gateway`: an Envoy alone. `none`: neither. */
  readonly mesh: "sidecar" | "gateway" | "none";
  /** The object's containers: ports and probes as a Deployment's template has them. Default: one without. */
  readonly containers?: readonly IContainer[];
  /** More of the object's spec, as a Deployment's template has it. */
  readonly spec?: Omit<NonNullable<IPod["spec"]>, "containers" | "nodeName" | "serviceAccountName">;
  /** What runs in it. Default: nothing. */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Says of what runs in it that it answers. Default: at once. */
  readonly ready?: (pod: Pod) => Promise<boolean>;
  /** The name of its node. Default: the one that there is. */
  readonly node?: string;
}

/** A pod as the API server keeps it. */
export interface PodObject extends IPod {
  readonly metadata: ObjectMetadata & NonNullable<IPod["metadata"]>;
}

/** The only node, unless a pod names another. */
export const firstNode = "node-1";

const secured: NonNullable<IContainer["securityContext"]> = { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: ["ALL"] }, seccompProfile: { type: "RuntimeDefault" } };

/** The object that is asked for; the injector adds its own. */
export function podObject({ namespace, name, labels = {}, annotations = {}, serviceAccount = "default", mesh, containers, spec, node = firstNode }: PodArgs): PodObject {
  const gateway = mesh === "gateway";
  const own: IContainer[] = gateway ? [{ name: "istio-proxy", image: "auto", securityContext: secured }] : [{ name: "app", image: "app", securityContext: secured }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      labels: { "sidecar.istio.io/inject": String(mesh !== "none"), ...labels },
      annotations: { ...(gateway && { "inject.istio.io/templates": "gateway" }), ...annotations },
    },
    spec: { ...spec, serviceAccountName: serviceAccount, nodeName: node, containers: [...(containers ?? own)] },
  };
}

/** A pod that runs: what `Place` does, it does from inside, through the redirection of its traffic. */
export class Pod extends Place {
  /** Its process; none where no command was given. */
  app: Server | undefined;
  /** Agent and Envoy; none without a mesh. `restart()` is a restart of the proxy. */
  proxy: Server | undefined;

  constructor(
    site: Site,
    /** The object as it was admitted: with what the injector put in. */
    readonly object: PodObject,
    private readonly kube: Kube,
    private readonly removed: (pod: Pod) => void,
  ) {
    super(site);
  }

  get namespace(): string {
    return this.object.metadata.namespace ?? "default";
  }

  /** Begins its processes; resolves once the proxy is ready and the pod, too. */
  async begin({ command, env, ready }: Pick<PodArgs, "command" | "env" | "ready">): Promise<void> {
    await this.setReady(false);
    const container = proxyContainer(this.object);
    for (const { name, value } of this.object.spec?.securityContext?.sysctls ?? []) setSysctl(this.networkNamespace, name, value);
    if (container !== undefined) await this.beginProxy(container);
    if (command !== undefined) this.app = await this.serve({ name: "app", command, ...(env && { env }), ...(ready && { ready: () => ready(this) }) });
    await this.setReady(true);
  }

  /** Says of the pod that it runs and is ready or not: then Services lead to it or don't. */
  async setReady(ready: boolean): Promise<void> {
    const conditions = ["PodScheduled", "Initialized", "ContainersReady", "Ready"].map((type) => ({ type, status: ready || !type.endsWith("Ready") ? "True" : "False" }));
    await this.kube.patch(this.object, { status: { phase: "Running", podIP: this.address, podIPs: [{ ip: this.address }], hostIP: podNetwork.gateway, hostIPs: [{ ip: podNetwork.gateway }], conditions } }, "status");
  }

  /** What Envoy's admin page answers in the pod, as `/config_dump` or `/stats?filter=x`. */
  async admin(path: string, method: "GET" | "POST" = "GET"): Promise<string> {
    const { status, body, failure } = await this.request({ url: `http://127.0.0.1:15000${path}`, method });
    if (status !== 200) throw new Error(`Envoy's admin page of ${this.name} answers ${path} with ${status}: ${failure ?? body}`);
    return body;
  }

  /**
   * Ends its processes and removes the pod, its network namespace with it. May be called twice. Default: SIGTERM, which has a proxy wait some
   * seconds for its connections.
   */
  async stop(signal?: NodeJS.Signals): Promise<void> {
    await this.kube.remove(this.object);
    await this.end(signal);
    this.removed(this);
  }

  private async beginProxy(container: IContainer): Promise<void> {
    const redirect = redirection(this.object);
    if (redirect !== undefined) {
      const { status, stdout, stderr } = await this.run(redirect);
      if (status !== 0) throw new Error(`The traffic of ${this.name} could not be redirected: ${stdout}${stderr}`);
    }
    const certificate = await until(`istiod's root certificate in ${this.namespace}`, async () =>
      (await this.kube.read<{ apiVersion: string; kind: string; metadata: ObjectMetadata; data: Record<string, string> }>({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "istio-ca-root-cert", namespace: this.namespace } })).data["root-cert.pem"],
    );
    const token = await this.kube.token(this.namespace, this.object.spec?.serviceAccountName ?? "default", "istio-ca");
    const placed = { object: this.object, address: this.address, folder: this.folder };
    writeAgentFiles(placed, token, certificate);
    const ready = async (): Promise<boolean> => (await this.request({ url: "http://127.0.0.1:15021/healthz/ready" })).status === 200;
    this.proxy = await this.serve({ name: proxyServer, ...agentCommand(container, placed), ready, within: 60_000 });
  }
}
