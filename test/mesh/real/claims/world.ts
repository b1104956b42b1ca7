import * as fs from "node:fs";
import * as path from "node:path";
import { isRecord } from "../../../../simulator/engine/values";
import { KubeObject, Lab, Place, Pod, Server, startLab, until } from "../lab/lab";
import type { Values } from "../lab/istio";
import { Authority } from "./authority";
import { Change } from "./claim";
import { Facts, factsOf } from "./facts";
import { changed, named, partOf } from "./objects";
import { countsPassword, countsRedis, rateLimitProcess } from "./parts/limits";
import { startMachines } from "./parts/outside";
import { prometheusPods, prometheusProcess, prometheusServer } from "./parts/prometheus";
import { Planned, plannedApps, plannedPlatform, releaseOf } from "./planned";
import { appProcess, chartPods, chartServices, isWorkload, ownPods, PlannedPod, Process, redisProcess } from "./pods";
import { gatewayRights } from "./parts/gateway";
import { servicesLeadTo } from "./served";
import { drained, Settling } from "./settled";
import { meteredProcess } from "./parts/metered";
import { listedNames, namesFile, sessionsPassword, signInProcess, startIdentityProvider } from "./signIn/parts";
import { SigningKey } from "./signIn/tokens";

/** A request as an app got it. */
export interface Arrival {
  readonly pod: string;
  readonly version: string;
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly host: string;
}

/** The charts that run here, by their releases' names. */
const charts = ["istio-ingress", "oauth2-proxy", "oauth2-proxy-redis"];
const appNamespaces = ["echo", "front", "stranger", "shop", "orders", "api", "cache", "limited", "limits", "merged", "metered"];
/** The Secret that the gateway's certificate is in. */
export const certificateSecret = { namespace: "istio-ingress", name: "front-door-certificate" };
/** A Secret beside it with another certificate, which the program doesn't know. */
export const otherCertificate = "other-certificate";

/** What the mesh's own configuration is in; istiod reads it from a file here. */
const meshConfig: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "istio-system", name: "istio" } };

/** Where the claims' own files are: in the lab's folder, which goes with it or stays where a test failed. */
function claimsFolder(labFolder: string): string {
  const folder = path.join(labFolder, "claims");
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

/** What the mesh acts on. Pods come one by one, and the rest has no servant in a lab. */
const applied = (object: KubeObject): boolean => ["Namespace", "ServiceAccount", "Service"].includes(object.kind) || /\.istio\.io\//.test(object.apiVersion);

/** The platform of dev and the apps of `test/fixtures/meshLab` on a real mesh, with everything that claims are asked of. */
export class World {
  private readonly places = new Map<string, Place>();
  private readonly settling: Settling;
  /** What has been changed since every proxy worked by what the API server has. */
  private unsettled: KubeObject[] = [];

  private constructor(
    readonly lab: Lab,
    readonly platform: Planned,
    readonly apps: Planned,
    /** What the programs send to the cluster, as far as it is applied here. */
    readonly objects: readonly KubeObject[],
    readonly facts: Facts,
    readonly authority: Authority,
    /** What the platform's issuer signs with. */
    readonly signingKey: SigningKey,
    private readonly folder: string,
  ) {
    this.settling = new Settling(lab.kube, lab.istiodPlace);
  }

  /** Plans, starts, applies, and waits until every proxy is ready. */
  static async start(): Promise<World> {
    const platform = await plannedPlatform();
    const apps = await plannedApps("test/fixtures/meshLab", platform);
    const planned = [...platform.objects, ...apps.objects].filter(applied);
    const prometheus = chartServices(platform, ["prometheus"]).filter(({ metadata }) => metadata.name === prometheusServer);
    const objects = [...planned, ...chartServices(platform, charts), ...chartServices(apps, [countsRedis]), ...prometheus];
    const facts = factsOf(objects);
    const { env, ...values } = releaseOf(platform, "istiod").values;
    const authorities: Authority[] = [];
    // istiod fetches the issuer's keys, and has to trust the lab's provider for it.
    const istiodValues = (labFolder: string): Values => {
      const authority = new Authority(claimsFolder(labFolder));
      authorities.push(authority);
      return { ...values, env: { ...(isRecord(env) && env), SSL_CERT_FILE: authority.file } };
    };
    const lab = await startLab({ istiodValues });
    const folder = claimsFolder(lab.folder);
    try {
      const [authority] = authorities;
      if (authority === undefined) throw new Error("The lab has not asked for the values of istiod.");
      const signingKey = await startIdentityProvider(lab, { authority, tenant: facts.tenant, folder });
      const world = new World(lab, platform, apps, objects, facts, authority, signingKey, folder);
      await world.fill([...chartPods(platform, charts), ...chartPods(apps, [countsRedis]), ...prometheusPods(platform, folder), ...ownPods([...platform.objects, ...apps.objects], appNamespaces)]);
      return world;
    } catch (error) {
      lab.keep();
      await lab.stop();
      throw error;
    }
  }

  /** The place of that name: a pod, `node`, `legacy` (a pod outside the mesh), `internet`. */
  place(name: string): Place {
    const found = this.places.get(name);
    if (found === undefined) throw new Error(`Nothing here is called ${name}: ${[...this.places.keys()].join(", ")}.`);
    return found;
  }

  pod(name: string): Pod {
    const place = this.place(name);
    if (!(place instanceof Pod)) throw new Error(`${name} is no pod.`);
    return place;
  }

  /** The pods that run here. */
  get pods(): readonly Pod[] {
    return [...this.places.values()].filter((place): place is Pod => place instanceof Pod);
  }

  /** What runs in a pod beside its proxy. */
  appOf(name: string): Server {
    const { app } = this.pod(name);
    if (app === undefined) throw new Error(`Nothing runs in ${name}.`);
    return app;
  }

  /** The requests that apps got under a key, in their order. */
  arrivals(key: string): Arrival[] {
    const lines = fs.existsSync(this.log) ? fs.readFileSync(this.log, "utf8").trim().split("\n") : [];
    return lines.map((line): Arrival => JSON.parse(line)).filter((arrival) => arrival.key === key);
  }

  /** Has a pod's app answer everything with 500, or no longer. */
  breakApp(pod: string, broken: boolean): void {
    if (broken) fs.writeFileSync(this.brokenFile(pod), "");
    else fs.rmSync(this.brokenFile(pod), { force: true });
  }

  /** Puts people on the list of who may sign in, besides those whom the program names. */
  listNames(names: readonly string[]): void {
    fs.writeFileSync(namesFile(this.folder), `${listedNames(this.platform.releases)}${names.map((name) => `${name}\n`).join("")}`);
  }

  /** Gives the gateway's Secret a new certificate and key, as cert-manager does; another Secret where one is named. */
  async renewCertificate(name = certificateSecret.name): Promise<void> {
    const { certificate, key } = this.authority.issue(["*.dev.example.com"]);
    const data = Object.fromEntries(Object.entries({ "tls.crt": certificate, "tls.key": key }).map(([file, text]) => [file, Buffer.from(text).toString("base64")]));
    await this.lab.kube.apply([{ apiVersion: "v1", kind: "Secret", metadata: { ...certificateSecret, name }, type: "kubernetes.io/tls", data }]);
  }

  /** Makes objects other than the program says; of a workload that is changed, its pods anew. Proxies get it some time later: see `settled`. */
  async change(changes: readonly Change[]): Promise<void> {
    for (const change of changes) {
      const object = this.object(change.object);
      if (isWorkload(object)) await this.remakePods(changed(object, change));
      else if (change.at === undefined) await this.lab.kube.remove(object);
      else await this.replaceSpec(changed(object, change));
      this.unsettled.push(object);
    }
  }

  /** Makes them as the program says. */
  async restore(changes: readonly Change[]): Promise<void> {
    for (const { object: name, at } of changes) {
      const object = this.object(name);
      if (isWorkload(object)) await this.remakePods(object);
      else if (at === undefined) await this.lab.kube.apply([object]);
      else await this.replaceSpec(object);
      this.unsettled.push(object);
    }
  }

  /** Waits until every proxy works by what has been changed; at once where nothing has been. */
  async settled(): Promise<void> {
    if (this.unsettled.length === 0) return;
    await this.settling.settle(this.unsettled, this.proxies);
    this.unsettled = [];
  }

  /** Waits until besides no connection goes on by what was before. */
  async drained(): Promise<void> {
    await this.settled();
    await drained(this.proxies);
  }

  private get proxies(): Pod[] {
    return this.pods.filter(({ proxy }) => proxy !== undefined);
  }

  /** Gives istiod keys of the mesh's configuration besides the program's, and waits until it has them. */
  async changeMesh(keys: Readonly<Record<string, unknown>>): Promise<void> {
    const taken = async (): Promise<string> => (await this.lab.istiodPlace.request({ url: "http://127.0.0.1:8080/debug/mesh" })).body;
    const before = await taken();
    this.lab.mesh(keys);
    await until("istiod to take the mesh's configuration", async () => (await taken()) !== before);
    this.unsettled.push(meshConfig);
  }

  async stop(): Promise<void> {
    await this.lab.stop();
  }

  /**
   * What is applied here, or a workload whose pods are made here.
   *
   * @throws Error where there is no such object
   */
  object(name: string): KubeObject {
    return named([meshConfig, ...this.objects, ...[...this.platform.objects, ...this.apps.objects].filter(isWorkload)], name);
  }

  /** Nothing here makes a workload's pods anew when its template changes. */
  private async remakePods(workload: KubeObject): Promise<void> {
    for (const pod of ownPods([workload], appNamespaces)) {
      await this.pod(pod.name).stop("SIGKILL");
      await this.begin(pod);
    }
  }

  /** As a whole: an object that is applied keeps what others have put in, and loses a block that becomes empty. */
  private async replaceSpec(object: KubeObject): Promise<void> {
    await this.lab.kube.patch(object, [{ op: "replace", path: "/spec", value: partOf(object, ["spec"]) }]);
  }

  private get log(): string {
    return path.join(this.folder, "arrivals.jsonl");
  }

  private brokenFile(pod: string): string {
    return path.join(this.folder, `${pod}.broken`);
  }

  /** Brings in the objects, then the pods: the first configuration that a proxy gets is the whole one. */
  private async fill(pods: readonly PlannedPod[]): Promise<void> {
    await this.lab.kube.apply([...this.objects, ...(await gatewayRights(this.lab, this.platform))]);
    for (const name of [certificateSecret.name, otherCertificate]) await this.renewCertificate(name);
    this.places.set("node", this.lab.control);
    this.places.set("internet", await this.lab.outside("internet"));
    for (const [name, place] of await startMachines(this.lab, this.authority, this.folder)) this.places.set(name, place);
    this.places.set("legacy", await this.lab.pod({ namespace: "legacy", name: "legacy", mesh: "none" }));
    // What others need comes first: sessions before the sign-in.
    const last = ["oauth2-proxy", "rate-limit"];
    const isLast = ({ workload }: PlannedPod): boolean => last.includes(workload);
    for (const some of [pods.filter((pod) => !isLast(pod)), pods.filter(isLast)]) await Promise.all(some.map((pod) => this.begin(pod)));
    await servicesLeadTo(this.pods, this.objects, this.lab.kube);
    this.unsettled.push(meshConfig);
    await this.settled();
  }

  private async begin(pod: PlannedPod): Promise<void> {
    const { workload, ...args } = pod;
    this.places.set(pod.name, await this.lab.pod({ ...args, ...this.processOf(workload, pod) }));
  }

  private processOf(workload: string, pod: PlannedPod): Process | undefined {
    switch (workload) {
      case "istio-ingress":
        return undefined;
      case "oauth2-proxy":
        return signInProcess(this.platform, { clientId: this.facts.clientId, folder: this.folder, authority: this.authority });
      case "oauth2-proxy-redis":
        return redisProcess(sessionsPassword);
      case "cache":
        return redisProcess();
      case countsRedis:
        return redisProcess(countsPassword);
      case "rate-limit":
        return rateLimitProcess(this.apps, pod, this.folder);
      case prometheusServer:
        return prometheusProcess(this.platform, this.lab.kubeconfig, this.folder);
      case "merged-v1":
      case "metered-v1":
        return meteredProcess(pod);
      default:
        return appProcess(pod, { log: this.log, broken: this.brokenFile(pod.name) });
    }
  }
}
