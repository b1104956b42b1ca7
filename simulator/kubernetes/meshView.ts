import { namespaceOf, objectName } from "../answers/kubernetes";
import { holdsUnknown, isRecord, UNKNOWN } from "../engine/values";
import { Reading, Resource } from "../resource";
import { World } from "../world";
import { destinationRule, part, virtualService } from "./istioTraffic";
import { versions } from "./istio";

/** A port of a Service. */
export interface MeshPort {
  readonly name?: string;
  readonly number?: number;
  /** The port of the pods, by number or name, where it is known. */
  readonly target?: string | number;
  readonly appProtocol?: string;
}

/** A Service as the mesh knows it. */
export interface MeshService {
  readonly ports: readonly MeshPort[];
  /** The labels of its pods; unknown where it is a chart's. */
  readonly selector?: Readonly<Record<string, string>>;
  /** Some of the labels of its pods, where it is of a chart that makes pods of one kind only. */
  readonly podLabels?: Readonly<Record<string, string>>;
}

const suffix = ".svc.cluster.local";
/** What makes pods, and where in it their labels are. */
const podLabels: Readonly<Record<string, string>> = {
  "apps/v1:Deployment": "spec.template.metadata.labels",
  "apps/v1:StatefulSet": "spec.template.metadata.labels",
  "apps/v1:DaemonSet": "spec.template.metadata.labels",
  "apps/v1:ReplicaSet": "spec.template.metadata.labels",
  "core/v1:ReplicationController": "spec.template.metadata.labels",
  "batch/v1:Job": "spec.template.metadata.labels",
  "batch/v1:CronJob": "spec.jobTemplate.spec.template.metadata.labels",
  "core/v1:Pod": "metadata.labels",
};
const injectionLabels = ["istio-injection", "istio.io/rev"];
const views = new WeakMap<World, MeshView>();

/** What a finished world holds of the mesh, ordered so that a rule finds it at once. */
export class MeshView {
  readonly gateways = new Map<string, Resource>();
  /** The VirtualServices that have a host on a gateway, or on `mesh`. */
  readonly routes = new Map<string, Resource[]>();
  readonly subsets = new Map<string, Set<string | undefined>>();
  /** The VirtualServices without hosts, `namespace/name`: routes that others hand requests on to. */
  readonly delegates = new Set<string>();
  private readonly services = new Map<string, MeshService>();
  private readonly pods = new Map<string, Readonly<Record<string, string>>[]>();
  /** Whether the pods of a namespace get a proxy, where that is known. */
  private readonly injected = new Map<string, boolean | undefined>();
  /** Namespaces in which this program runs something. */
  private readonly used = new Set<string>();
  /** Namespaces with a chart that nobody says anything of, with a patch of what somebody else makes, or with names, labels or ports that are not known yet. */
  private readonly opaque = new Set<string>();
  /** True where an object is in a namespace that is not known yet: it may be in any. */
  private opaqueAnywhere = false;
  /** True where a DestinationRule is for a host that is not known yet. */
  private subsetsAnywhere = false;

  /** The view of a world that nothing more is added to. */
  static of(world: World): MeshView {
    const known = views.get(world) ?? new MeshView(world);
    views.set(world, known);
    return known;
  }

  private constructor(world: World) {
    for (const namespace of world.of("kubernetes:core/v1:Namespace")) this.addNamespace(namespace);
    for (const service of world.of("kubernetes:core/v1:Service")) {
      this.doubt(service, "metadata.name", "spec.ports");
      if (service.isPatch) continue;
      const ports = service.items("spec.ports").map((port) => ({ name: port.text("name"), number: port.number("port"), target: targetOf(port), appProtocol: port.text("appProtocol") }));
      this.services.set(`${objectName(service)}.${namespaceOf(service)}${suffix}`, { ports, selector: holdsUnknown(service.get("spec.selector")) ? undefined : service.map("spec.selector") });
    }
    for (const [type, path] of Object.entries(podLabels)) {
      for (const workload of world.of(`kubernetes:${type}`)) {
        if (!workload.isPatch) this.addPods(namespaceOf(workload), workload.map(path));
        this.doubt(workload, path);
      }
    }
    for (const release of world.of("kubernetes:helm.sh/v3:Release")) {
      this.addChart(namespaceOf(release), world.declared(release.text("name")));
      this.doubt(release);
    }
    for (const gateway of versions("networking", "Gateway").flatMap((type) => world.of(type))) {
      if (!gateway.isPatch) this.gateways.set(`${namespaceOf(gateway)}/${objectName(gateway)}`, gateway);
      this.doubt(gateway, "metadata.name");
    }
    for (const routes of virtualService.flatMap((type) => world.of(type))) {
      for (const key of placesOf(routes)) append(this.routes, key, routes);
      if (routes.list("spec.hosts").length === 0) this.delegates.add(`${namespaceOf(routes)}/${objectName(routes)}`);
      this.doubt(routes, "metadata.name");
    }
    for (const rule of destinationRule.flatMap((type) => world.of(type))) {
      const host = addressOf(rule, rule.text("spec.host"));
      if (rule.is("spec.host", UNKNOWN) || namespaceOf(rule) === undefined) this.subsetsAnywhere = true;
      if (host !== undefined) this.subsets.set(host, new Set([...(this.subsets.get(host) ?? []), ...subsetsOf(rule)]));
    }
  }

  /**
   * Whether all that a namespace holds is known: it is made and used here, and nothing in it comes from a chart that nobody says anything of, or is
   * not known yet. One that is only made here is for another program.
   */
  knows(namespace: string | undefined): namespace is string {
    return namespace !== undefined && !this.opaqueAnywhere && this.injected.has(namespace) && this.used.has(namespace) && !this.opaque.has(namespace);
  }

  /** Whether the pods of a namespace surely have no proxy. */
  isOutside(namespace: string | undefined): boolean {
    return namespace !== undefined && this.injected.get(namespace) === false;
  }

  /** Whether a DestinationRule names a subset of a Service, or one may that is not known yet. */
  mayHaveSubset(address: string, subset: string): boolean {
    const names = this.subsets.get(address);
    return this.subsetsAnywhere || names?.has(subset) === true || names?.has(undefined) === true;
  }

  service(address: string): MeshService | undefined {
    return this.services.get(address);
  }

  /** Whether there are pods with all of these labels. */
  hasPods(namespace: string, labels: Readonly<Record<string, string>>): boolean {
    return (this.pods.get(namespace) ?? []).some((pod) => matches(labels, pod));
  }

  /** The namespaces with pods that have all of these labels; of several selectors, those with pods that each of them chooses. */
  namespacesWithPods(...selectors: readonly Readonly<Record<string, string>>[]): string[] {
    return [...this.pods].filter(([, pods]) => pods.some((pod) => selectors.every((labels) => matches(labels, pod)))).map(([namespace]) => namespace);
  }

  /** Whether pods with all of these labels are those of a Gateway, which speaks HTTP where its Service names TLS. */
  isGateway(namespace: string, labels: Readonly<Record<string, string>>): boolean {
    const chosen = (this.pods.get(namespace) ?? []).filter((pod) => matches(labels, pod));
    return [...this.gateways.values()].some((gateway) => chosen.some((pod) => matches(gateway.map("spec.selector"), pod)));
  }

  /** Whether something comes from a chart that nobody says anything of, or is not known yet. */
  get hasOpaque(): boolean {
    return this.opaqueAnywhere || this.opaque.size > 0;
  }

  /** The Services of a namespace that choose pods with all of these labels, as far as that is known. */
  servicesOfPods(namespace: string, labels: Readonly<Record<string, string>>): MeshService[] {
    const chosen = (this.pods.get(namespace) ?? []).filter((pod) => matches(labels, pod));
    return [...this.services].flatMap(([address, service]) => {
      const selector = service.selector ?? service.podLabels;
      return namespaceIn(address) === namespace && selector !== undefined && chosen.some((pod) => matches(selector, pod)) ? [service] : [];
    });
  }

  private addPods(namespace: string | undefined, labels: Readonly<Record<string, string>>): void {
    if (namespace === undefined) return;
    this.used.add(namespace);
    append(this.pods, namespace, labels);
  }

  private addNamespace(namespace: Resource): void {
    const name = namespace.has("metadata.name") ? namespace.text("metadata.name") : objectName(namespace);
    if (name === undefined) return;
    const labels = namespace.get("metadata.labels");
    const unsure = namespace.isPatch ? isRecord(labels) && injectionLabels.some((label) => label in labels) : holdsUnknown(labels);
    if (unsure) this.opaque.add(name);
    if (!namespace.isPatch) this.injected.set(name, unsure ? undefined : isInjected(namespace));
  }

  /** Takes a namespace for one that is not all known, where an object in it is not, at one of these paths, or is a patch of one. */
  private doubt(object: Resource, ...paths: readonly string[]): void {
    const namespace = namespaceOf(object);
    if (namespace === undefined) this.opaqueAnywhere = true;
    else if (object.isPatch || paths.some((path) => holdsUnknown(object.get(path)))) this.opaque.add(namespace);
  }

  private addChart(namespace: string | undefined, declares: Reading | undefined): void {
    if (namespace === undefined) return;
    this.used.add(namespace);
    if (declares === undefined || holdsUnknown(declares.properties)) this.opaque.add(namespace);
    const workloads = Object.values(part(declares ?? new Reading({}), "workloads")[0]?.properties ?? {}).filter(isRecord).map((workload) => new Reading(workload).map("podLabels"));
    const podLabels = workloads.length === 1 ? workloads[0] : undefined;
    for (const [name, service] of Object.entries(part(declares ?? new Reading({}), "services")[0]?.properties ?? {})) {
      const ports = Object.entries(part(new Reading(service), "ports")[0]?.properties ?? {}).map(([port, numbers]) => ({ name: port, number: new Reading(numbers).number("port"), target: new Reading(numbers).number("targetPort") }));
      this.services.set(`${name}.${namespace}${suffix}`, { ports, podLabels });
    }
    workloads.forEach((labels) => this.addPods(namespace, labels));
  }
}

/** Whether pods with these labels have all that a selector asks for. */
export function matches(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** The names of a rule's subsets; `undefined` for one that is not known yet. */
function subsetsOf(rule: Resource): (string | undefined)[] {
  return rule.is("spec.subsets", UNKNOWN) ? [undefined] : rule.items("spec.subsets").map((subset) => subset.text("name"));
}

function targetOf(port: Reading): string | number | undefined {
  if (port.lacks("targetPort")) return port.number("port");
  return port.number("targetPort") ?? port.text("targetPort");
}

/** Names of protocols that a port's name begins with, where HTTP isn't spoken there. */
const notHttp = /^(tcp|tls|https|mongo|mysql|redis|udp)(-|$)/;

/** Whether a port is said to speak something that is not HTTP: by `appProtocol`, or else by its name. */
export function speaksNoHttp({ name, appProtocol }: MeshPort): boolean {
  return notHttp.test(appProtocol ?? name ?? "");
}

/** Whether the pods of a namespace get a proxy: by the label of every control plane, or of one revision. */
function isInjected(namespace: Resource): boolean {
  const labels = namespace.map("metadata.labels");
  return labels["istio-injection"] === "enabled" || (labels["istio-injection"] === undefined && labels["istio.io/rev"] !== undefined);
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** The gateways that a VirtualService is bound to, in full: `namespace/name`, or `mesh`. */
export function gatewaysOf(routes: Resource): string[] {
  const named = routes.texts("spec.gateways");
  if (routes.lacks("spec.gateways") || (Array.isArray(routes.get("spec.gateways")) && routes.list("spec.gateways").length === 0)) return ["mesh"];
  return named.map((name) => (name === "mesh" || name.includes("/") ? name : `${namespaceOf(routes)}/${name}`));
}

/** Each host of a VirtualService on each of its gateways. */
export function placesOf(routes: Resource): string[] {
  // A short name stands for a Service of the namespace, which may not be known yet.
  const hosts = routes.texts("spec.hosts").flatMap((host) => addressOf(routes, host) ?? (/[.*]/.test(host) ? host : []));
  return [...new Set(gatewaysOf(routes).flatMap((gateway) => hosts.map((host) => `${host} on ${gateway}`)))];
}

/** The full address of a Service that an object names; nothing where the host is outside the mesh or is for several. */
export function addressOf(object: Resource, host: string | undefined): string | undefined {
  if (host === undefined || host === "" || host.includes("*")) return undefined;
  if (host.endsWith(suffix)) return host;
  const namespace = namespaceOf(object);
  return host.includes(".") || namespace === undefined ? undefined : `${host}.${namespace}${suffix}`;
}

/** The namespace in the full address of a Service. */
export function namespaceIn(address: string | undefined): string | undefined {
  return address?.slice(0, -suffix.length).split(".").at(-1);
}
