import * as path from "node:path";
import { ControlPlane, startControlPlane } from "./controlPlane";
import { endWithCallers } from "./ends";
import { removeLeftovers, removeMarked } from "./leftovers";
import { makeMark } from "./mark";
import { applyIstio, istiodCommand, programValues, Values, writeMesh } from "./istio";
import { goTools } from "../tools/goTools";
import { proxyContainer } from "./agent";
import { Kube, KubeObject } from "./kube";
import { Asker, Endpoint, NamedService, Names } from "./names";
import { addBridge, addNamespace, connect, namespaceName, outerNetwork, podNetwork, removeNamespaces } from "./network";
import { Place, Site } from "./place";
import { firstNode, Pod, PodArgs, podObject, PodObject } from "./pod";
import { Server } from "./server";
import { until } from "./until";
import { watch } from "./watcher";

/*
 * A mesh on one machine, without containers: a real API server, controller manager and istiod, and for each pod a network namespace with
 * its processes, a real agent and a real Envoy. Nothing in it has a way out.
 *
 * const lab = await startLab();
 * await lab.kube.apply([...]);                             // the program's own objects
 * const server = await lab.pod({ namespace: "shop", name: "shop-1", labels: { app: "shop" }, mesh: "sidecar", command: ["node", "server.js"] });
 * const client = await lab.pod({ namespace: "shop", name: "client", mesh: "sidecar" });
 * await client.request({ url: "http://shop.shop.svc.cluster.local/" });   // { status: 200, headers, body }
 * await lab.stop();
 */

export type { Answer, Request } from "./request";
export type { KubeObject, ObjectMetadata, Reference } from "./kube";
export { Kube, KubeError } from "./kube";
export { Place } from "./place";
export { Pod } from "./pod";
export type { PodArgs } from "./pod";
export type { Server } from "./server";
export { until } from "./until";

/** What a lab is started with. */
interface LabArgs {
  /** Whether Istio's definitions, istiod and its webhooks are there. Default: yes. */
  readonly istiod?: boolean;
  /**
   * The values of the release `istiod` as the program sets them, or what makes them of the lab's folder, where they name files that are first put
   * there. Default: those of dev.
   */
  readonly istiodValues?: Values | ((folder: string) => Values);
}

/** The lab of this process. */
let running: Lab | undefined;

/** Starts a lab; what it began is ended again where it fails. At the end of the process it is ended in any case. */
export async function startLab({ istiod = true, istiodValues }: LabArgs = {}): Promise<Lab> {
  if (running !== undefined) throw new Error("This process has a lab already: stop that one first.");
  removeLeftovers();
  const lab = new Lab();
  running = lab;
  try {
    // The program runs while the servers begin.
    const values = typeof istiodValues === "function" ? istiodValues(lab.folder) : (istiodValues ?? programValues("istiod"));
    await lab.begin(istiod ? values : undefined);
    return lab;
  } catch (error) {
    lab.keep();
    await lab.stop().catch(say);
    throw new Error(`The lab did not start; its logs are in ${lab.folder}. ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** A mesh that runs. */
export class Lab {
  private count = 0;
  private readonly mark = makeMark();
  /**
   * Where the logs of all servers are, and what they work with. What a test writes goes into a folder of its own in it. It is removed at the end; after
   * `keep`, by the next run.
   */
  readonly folder = this.mark.folder;
  /** The network namespace of etcd, API server and controller manager. */
  readonly control = new Place(this.site("control", podNetwork.gateway));
  private readonly names = new Names();
  private readonly places = new Map<Place, Asker>();
  private readonly endpoints = new Map<Pod, Endpoint>();
  private readonly atExit = (): void => {
    try {
      this.removeAll();
    } catch (error) {
      say(error);
    }
  };
  private endAlone = (): void => undefined;
  private plane: ControlPlane | undefined;
  private client: Kube | undefined;
  private istiodPod: Pod | undefined;
  private platformMesh = "";
  private kept = false;
  private ended = false;

  /** The API server's client. Its errors carry the API server's words. */
  get kube(): Kube {
    return present(this.client, "The lab has no API server.");
  }

  /** Stopped, what runs in the network namespace of its own goes on. */
  get apiServer(): Server {
    return present(this.plane, "The lab has no API server.").apiServer;
  }

  /** Likewise. Throws where the lab was started without. */
  get istiod(): Server {
    return present(this.istiodPod?.app, "The lab was started without istiod.");
  }

  /** Where istiod runs: its debug pages answer nobody else. */
  get istiodPlace(): Place {
    return present(this.istiodPod, "The lab was started without istiod.");
  }

  /** A config file for kubectl, istioctl and the like, which `control.run` runs. */
  get kubeconfig(): string {
    return path.join(this.control.folder, "controllers.yaml");
  }

  /** Begins the servers; `startLab` calls it. */
  async begin(istiodValues: Values | Promise<Values> | undefined): Promise<void> {
    process.once("exit", this.atExit);
    const endsOfWatch = [endWithCallers(), watch(this.mark)];
    this.endAlone = () => endsOfWatch.forEach((end) => end());
    addNamespace(this.control.networkNamespace, "127.0.0.1 localhost\n");
    addBridge(this.control.networkNamespace);
    this.plane = await startControlPlane(this.control);
    this.client = new Kube(this.control, this.plane, (kind) => this.changed(kind));
    await this.node(firstNode);
    if (istiodValues !== undefined) await this.beginIstiod(istiodValues);
  }

  /**
   * Makes a pod: the object, as the API server admits it and the real injector fills it; its network namespace and, with a mesh, the
   * redirection that the object asks for; its processes; its status. Resolves once its proxy and its app are ready. Other proxies learn of it
   * some tenths of a second later: whoever calls it at once has to ask `until` it answers.
   *
   * @throws KubeError where the API server does not admit it, and Error with the last lines of the log of what did not start
   */
  async pod(args: PodArgs): Promise<Pod> {
    const { namespace, serviceAccount = "default", node = firstNode } = args;
    if (node !== firstNode) await this.node(node);
    await this.haveAccount(namespace, serviceAccount);
    const object = await this.kube.create(podObject(args));
    return this.runPod(object, args);
  }

  /** A machine outside of the cluster, at an address that is not private: a web site, an identity provider, a client of the gateway. */
  async outside(name: string): Promise<Place> {
    const place = new Place(this.site(name, this.nextAddress("198.18")));
    this.connect(place, outerNetwork, { networkNamespace: place.networkNamespace, redirected: false });
    this.names.give(name, place.address);
    return place;
  }

  /** Gives istiod keys of the mesh config besides the platform's, and instead of those of the same name; none takes them back. */
  mesh(keys: Values = {}): void {
    writeMesh(this.meshFile, this.platformMesh, keys);
  }

  /** Gives a host an address everywhere in the lab, as a DNS server would. Services have their names by themselves. */
  name(host: string, address: string): void {
    this.names.give(host, address);
  }

  /** Whether the folder with the logs stays. */
  get keeps(): boolean {
    return this.kept;
  }

  /** Has the folder with the logs stay until the next run, and says at the end where it is; for a test that failed. */
  keep(): void {
    if (!this.kept) process.once("exit", () => say(`The lab's logs are in ${this.folder} until the next run.`));
    this.kept = true;
  }

  /**
   * Ends every process and removes every network namespace. May be called twice.
   *
   * @throws AggregateError that says what could not be removed; the next run tries again
   */
  async stop(): Promise<void> {
    try {
      this.removeAll();
    } finally {
      process.off("exit", this.atExit);
    }
  }

  private get meshFile(): string {
    return path.join(this.folder, "mesh.yaml");
  }

  private async beginIstiod(values: Values | Promise<Values>): Promise<void> {
    const { deployment, mesh } = await applyIstio(this.kube, this.control, await values);
    this.platformMesh = mesh;
    writeMesh(this.meshFile, mesh);
    const { labels } = deployment.spec.template.metadata;
    const { containers, serviceAccountName } = deployment.spec.template.spec;
    const kubeconfig = this.apiServerConfig(await this.kube.token("istio-system", serviceAccountName));
    this.istiodPod = await this.pod({
      namespace: "istio-system",
      name: "istiod",
      labels: { ...labels, "sidecar.istio.io/inject": "false" },
      serviceAccount: serviceAccountName,
      mesh: "none",
      containers: containers.map(({ name, image, ports }) => ({ name, ...(image !== undefined && { image }), ...(ports && { ports }) })),
      ...istiodCommand(deployment, this.meshFile, kubeconfig),
      ready: async (pod) => (await pod.request({ url: "http://127.0.0.1:8080/ready" })).status === 200,
    });
    await until("istiod's webhook that checks objects", () => this.kube.apply([checkedObject], { dryRun: true }));
    await until("istiod's webhook that fills pods", async () => proxyContainer(await this.kube.create(podObject({ namespace: "default", name: "try", mesh: "sidecar" }), { dryRun: true })) !== undefined);
  }

  private async runPod(object: PodObject, args: PodArgs): Promise<Pod> {
    const { namespace, name, labels = {}, mesh } = args;
    if ((proxyContainer(object) !== undefined) !== (mesh !== "none")) throw new Error(`The injector ${mesh === "none" ? "put a proxy into" : "left"} ${namespace}/${name}${mesh === "none" ? "" : " without a proxy"}: its labels and those of its namespace have to want what the test wants.`);
    const pod = new Pod(this.site(name, this.nextAddress("10.244")), object, this.kube, (it) => this.remove(it));
    this.connect(pod, podNetwork, { networkNamespace: pod.networkNamespace, namespace, redirected: mesh === "sidecar" });
    await pod.begin(args);
    const endpoint = { namespace, labels, address: pod.address };
    this.endpoints.set(pod, endpoint);
    this.names.addEndpoint(endpoint);
    return pod;
  }

  private connect(place: Place, network: { readonly gateway: string; readonly prefix: number }, asker: Asker): void {
    // What was asked for before the end may come to it afterwards.
    if (this.ended) throw new Error(`The lab has been stopped: ${place.name} can't be connected.`);
    addNamespace(place.networkNamespace, this.names.hostsFor(asker));
    this.names.add(asker);
    this.places.set(place, asker);
    connect(place.networkNamespace, this.control.networkNamespace, `cable${this.places.size}-${this.count}`, place.address, network);
  }

  private remove(pod: Pod): void {
    const asker = this.places.get(pod);
    if (asker !== undefined) this.names.remove(asker);
    const endpoint = this.endpoints.get(pod);
    if (endpoint !== undefined) this.names.removeEndpoint(endpoint);
    this.places.delete(pod);
    removeNamespaces([pod.networkNamespace]);
  }

  private site(name: string, address: string): Site {
    const number = this.count++;
    return { name, address, folder: path.join(this.folder, `${number}-${name}`), networkNamespace: namespaceName(this.mark.id, String(number)), door: path.join(this.folder, `${number}.door`) };
  }

  /** The next free address; the first ones are the gateways'. */
  private nextAddress(network: "10.244" | "198.18"): string {
    return `${network}.${1 + Math.floor(this.count / 200)}.${10 + (this.count % 200)}`;
  }

  /** A node that nobody is: pods name it, and endpoints their pods' node. */
  private async node(name: string): Promise<void> {
    await this.kube.apply([{ apiVersion: "v1", kind: "Node", metadata: { name, labels: { "kubernetes.io/os": "linux", "kubernetes.io/hostname": name } } }]);
    const conditions = [{ type: "Ready", status: "True", reason: "Lab", message: "it is said to be" }];
    const nodeInfo = { kubeletVersion: `v${goTools.apiServer.version}`, operatingSystem: "linux", architecture: "amd64", machineID: "", systemUUID: "", bootID: "", kernelVersion: "", osImage: "", containerRuntimeVersion: "", kubeProxyVersion: "" };
    await this.kube.patch({ apiVersion: "v1", kind: "Node", metadata: { name } }, { status: { conditions, nodeInfo } }, "status");
  }

  private async haveAccount(namespace: string, name: string): Promise<void> {
    const have = async (object: KubeObject): Promise<void> => {
      if (!(await this.kube.has(object))) await this.kube.apply([object]);
    };
    await have({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } };
    if (name === "default") await until(`the account default of ${namespace}`, () => this.kube.has(account));
    else await have(account);
  }

  private apiServerConfig(token: string): string {
    return present(this.plane, "The lab has no API server.").configFile(path.join(this.folder, "istiod.yaml"), token);
  }

  private async changed(kind: string): Promise<void> {
    if (kind === "Service" || kind === "Namespace") this.names.setServices(await this.kube.list<NamedService>("v1", "Service"));
  }

  private removeAll(): void {
    this.ended = true;
    this.places.clear();
    if (running === this) running = undefined;
    removeMarked(this.mark, this.kept);
    this.endAlone();
  }
}

/** An object that istiod has nothing against. */
const checkedObject = { apiVersion: "networking.istio.io/v1", kind: "Sidecar", metadata: { name: "try", namespace: "default" }, spec: { egress: [{ hosts: ["./*"] }] } };

function say(what: unknown): void {
  process.stderr.write(`${String(what)}\n`);
}

function present<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw new Error(otherwise);
  return value;
}
