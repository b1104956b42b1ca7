import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { inputs } from "./record";

/*
 * Who reaches whom, as the objects of a plan decide it: first the network policies of both sides, then the certificate, then the
 * authorization policies. It knows what the platform uses of these kinds and throws on anything else.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/ and https://istio.io/latest/docs/concepts/security/#implicit-enablement
 */

type Labels = Readonly<Record<string, string>>;

/** Pods, and the ports of their containers by the names of the Service's ports. */
export interface Workload {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Labels;
  readonly ports: Readonly<Record<string, number>>;
}

/** Who calls: pods, or someone outside the cluster, whose connection comes from a node's address or from any other. */
export type Caller = Workload | "outside";

/** What of a request the policies may look at. */
export interface Request {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whom a valid token in it says it is from: its issuer, a slash and its subject. */
  readonly principal?: string;
}

interface Selector {
  readonly matchLabels?: Labels;
}

interface Peer {
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string };
}

interface NetworkRule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports: readonly { readonly protocol: string; readonly port: number }[];
}

/** What a rule of an authorization policy asks of a request. */
export interface Operation {
  readonly ports?: readonly string[];
  readonly hosts?: readonly string[];
  readonly methods?: readonly string[];
  readonly notMethods?: readonly string[];
  readonly paths?: readonly string[];
  readonly notPaths?: readonly string[];
}

interface Source {
  readonly principals?: readonly string[];
  readonly notRequestPrincipals?: readonly string[];
}

interface Rule {
  readonly from?: readonly { readonly source: Source }[];
  readonly to?: readonly { readonly operation: Operation }[];
  readonly when?: readonly { readonly key: string; readonly notValues: readonly string[] }[];
}

type Action = "ALLOW" | "DENY" | "CUSTOM";

interface Spec {
  readonly selector?: Selector;
  readonly podSelector?: Selector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly NetworkRule[];
  readonly egress?: readonly NetworkRule[];
  readonly action?: Action;
  readonly provider?: { readonly name: string };
  readonly rules?: readonly Rule[];
  readonly mtls?: { readonly mode: string };
}

/** An object of the plan, as far as access is concerned. */
export interface AccessObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels?: Labels; readonly annotations?: Labels };
  readonly spec: Spec;
}

const rootNamespace = "istio-system";
/** Ports of the proxy's own, which stand outside certificates and policies: metrics of proxy and app, readiness, metrics of the proxy. */
const proxyPorts = [15020, 15021, 15090];

/** The objects of some kinds. */
export function objectsOf(plan: Plan, ...kinds: string[]): AccessObject[] {
  return plan.resources.filter(({ type }) => type.startsWith("kubernetes:") && kinds.includes(type.split(":").at(-1) ?? "")).map((resource) => inputs(resource) as unknown as AccessObject);
}

interface PodTemplate {
  readonly metadata: { readonly labels: Labels };
  readonly spec: { readonly serviceAccountName?: string; readonly containers: readonly { readonly ports?: readonly { readonly name: string; readonly containerPort: number }[] }[] };
}

interface ServiceObject {
  readonly metadata: { readonly namespace: string };
  readonly spec: { readonly selector: Labels; readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort?: number | string }[] };
}

/** What runs in the cluster: what the program makes itself, and what each chart is declared to make. */
export function workloadsOf(plan: Plan): Workload[] {
  const services = objectsOf(plan, "Service") as unknown as ServiceObject[];
  const served = (namespace: string, labels: Labels, named: Labels): Record<string, number> =>
    Object.fromEntries(
      services
        .filter(({ metadata, spec }) => metadata.namespace === namespace && matches({ matchLabels: spec.selector }, labels))
        .flatMap(({ spec }) => spec.ports.map(({ name, port, targetPort = port }) => [name, Number(named[targetPort] ?? targetPort)])),
    );
  const own = plan.resources
    .filter(({ type }) => /^kubernetes:(apps|batch)\//.test(type))
    .map((resource): Workload => {
      const { metadata, spec } = inputs(resource) as unknown as { metadata: { namespace: string }; spec: { template?: PodTemplate; jobTemplate?: { spec: { template: PodTemplate } } } };
      const template = spec.template ?? spec.jobTemplate?.spec.template;
      if (template === undefined) throw new Error(`${resource.name} has no pods`);
      const named = Object.fromEntries(template.spec.containers.flatMap(({ ports = [] }) => ports.map(({ name, containerPort }) => [name, String(containerPort)])));
      const { labels } = template.metadata;
      return { namespace: metadata.namespace, serviceAccount: template.spec.serviceAccountName ?? "default", labels, ports: served(metadata.namespace, labels, named) };
    });
  const charted = plan.resources
    .filter(({ type }) => type === "delivery-platform:shared:HelmRelease")
    .flatMap((component): Workload[] => {
      const { declares } = component.outputs as unknown as { declares: ChartOutputs };
      const namespace = String(inputs(releaseOf(plan, component))["namespace"]);
      const declared = Object.values(declares.services).flatMap(({ ports }) => Object.entries(ports).map(([name, { targetPort }]) => [name, targetPort] as const));
      return Object.values(declares.workloads).map(({ podLabels, serviceAccount }) => ({
        namespace,
        serviceAccount,
        labels: podLabels,
        ports: { ...Object.fromEntries(declared), ...served(namespace, podLabels, {}) },
      }));
    });
  return [...own, ...charted];
}

interface ChartOutputs {
  readonly services: Readonly<Record<string, { readonly ports: Readonly<Record<string, { readonly targetPort: number }>> }>>;
  readonly workloads: Readonly<Record<string, { readonly podLabels: Labels; readonly serviceAccount: string }>>;
}

function releaseOf(plan: Plan, component: RecordedResource): RecordedResource {
  const release = plan.resources.find(({ type, parent }) => type === "kubernetes:helm.sh/v3:Release" && parent === component.urn);
  if (release === undefined) throw new Error(`${component.name} has no release`);
  return release;
}

/** Answers who reaches whom in a plan. `more` are pods that the program does not make. */
export class MeshAccess {
  readonly workloads: readonly Workload[];
  private readonly namespaces: ReadonlyMap<string, Labels>;
  private readonly objects: readonly AccessObject[];

  constructor(plan: Plan, more: readonly Workload[] = [], moreNamespaces: Readonly<Record<string, Labels>> = {}) {
    this.workloads = [...workloadsOf(plan), ...more];
    this.objects = objectsOf(plan, "NetworkPolicy", "PeerAuthentication", "AuthorizationPolicy", "Gateway");
    const made = objectsOf(plan, "Namespace").map(({ metadata }) => [metadata.name, metadata.labels ?? {}] as const);
    const all = [...made, ...Object.entries(moreNamespaces)];
    this.namespaces = new Map(all.map(([name, labels]) => [name, { ...labels, "kubernetes.io/metadata.name": name }]));
  }

  /**
   * Why a caller does not reach a port of some pods, or undefined where it does. Without a request: whether there is any request that gets
   * through. On a port that speaks no HTTP there are no requests: give `tcp`.
   */
  refusal(caller: Caller, target: Workload, port: number, request?: Request | "tcp"): string | undefined {
    return this.networkRefusal(caller, target, port) ?? (proxyPorts.includes(port) || !this.injected(target) ? undefined : this.meshRefusal(caller, target, port, request));
  }

  private injected({ namespace }: Workload): boolean {
    return this.namespaces.get(namespace)?.["istio-injection"] === "enabled";
  }

  private networkRefusal(caller: Caller, target: Workload, port: number): string | undefined {
    const open = (pods: Workload, type: "Ingress" | "Egress", other: Caller): boolean => {
      const policies = this.objects.filter(
        ({ kind, metadata, spec }) => kind === "NetworkPolicy" && metadata.namespace === pods.namespace && spec.policyTypes?.includes(type) && matches(spec.podSelector, pods.labels),
      );
      const rules = policies.flatMap(({ spec }) => (type === "Ingress" ? spec.ingress : spec.egress) ?? []);
      return policies.length === 0 || rules.some((rule) => rule.ports.some((allowed) => allowed.port === port) && this.isPeer(rule.from ?? rule.to, other));
    };
    if (caller !== "outside" && !open(caller, "Egress", target)) return "network: the caller may not call it";
    return open(target, "Ingress", caller) ? undefined : "network: it may not be called";
  }

  /** A range of addresses is never for pods, nor for the nodes that hand on what comes from outside. */
  private isPeer(peers: readonly Peer[] | undefined, other: Caller): boolean {
    if (peers === undefined) return true;
    if (other === "outside") return false;
    return peers.some(
      ({ namespaceSelector, podSelector, ipBlock }) => ipBlock === undefined && matches(namespaceSelector, this.namespaces.get(other.namespace) ?? {}) && matches(podSelector, other.labels),
    );
  }

  private meshRefusal(caller: Caller, target: Workload, port: number, request?: Request | "tcp"): string | undefined {
    const certified = caller !== "outside" && this.injected(caller);
    if (!certified && !this.isServedByGateway(target, port) && this.mode(target) === "STRICT") return "mesh: no certificate";
    const principal = certified ? `cluster.local/ns/${caller.namespace}/sa/${caller.serviceAccount}` : undefined;
    const matching = (action: Action): AccessObject[] => this.matching(action, target, { principal, port, request });
    const [denying] = matching("DENY");
    if (denying !== undefined) return `mesh: denied by ${denying.metadata.name}`;
    const selective = this.for(target, "AuthorizationPolicy").some((policy) => actionOf(policy) === "ALLOW");
    return selective && matching("ALLOW").length === 0 ? "mesh: nothing allows it" : undefined;
  }

  /** Which providers are asked about a request from outside, before any other policy decides. */
  asked(target: Workload, port: number, request: Request): string[] {
    return this.matching("CUSTOM", target, { port, request }).map(({ spec }) => spec.provider?.name ?? "");
  }

  private matching(action: Action, target: Workload, connection: Connection): AccessObject[] {
    return this.for(target, "AuthorizationPolicy").filter((policy) => actionOf(policy) === action && (policy.spec.rules ?? []).some((rule) => ruleMatches(rule, action, connection)));
  }

  /** The settings for some pods: their own, their namespace's, the mesh's. */
  private for(target: Workload, kind: string): AccessObject[] {
    return this.objects.filter((object) => object.kind === kind).filter(({ metadata, spec }) => [target.namespace, rootNamespace].includes(metadata.namespace) && matches(spec.selector, target.labels));
  }

  /** The narrowest setting counts. */
  private mode(target: Workload): string {
    const width = ({ metadata, spec }: AccessObject): number => (spec.selector ? 0 : metadata.namespace === target.namespace ? 1 : 2);
    const [narrowest] = this.for(target, "PeerAuthentication").sort((one, other) => width(one) - width(other));
    return narrowest?.spec.mtls?.mode ?? "PERMISSIVE";
  }

  /** A gateway's own listeners take what their server says, not what the mesh asks of connections between its pods. */
  private isServedByGateway(target: Workload, port: number): boolean {
    const gateways = this.objects.filter(({ kind }) => kind === "Gateway") as unknown as { spec: { selector: Labels; servers: { port: { number: number } }[] } }[];
    return gateways.some(({ spec }) => matches({ matchLabels: spec.selector }, target.labels) && spec.servers.some((server) => server.port.number === port));
  }
}

function matches(selector: Selector | undefined, labels: Labels): boolean {
  return Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}

const actionOf = ({ spec }: AccessObject): Action => spec.action ?? "ALLOW";

/** What the rules of a policy look at. */
interface Connection {
  /** The service account of the caller's certificate. */
  readonly principal?: string;
  readonly port: number;
  readonly request?: Request | "tcp";
}

/** What a request has of what a condition asks for: a header, or whom its token is from. */
export function conditionValue(key: string, { headers = {}, principal = "" }: Pick<Request, "headers" | "principal">): string {
  const header = /^request\.headers\[(.+)\]$/.exec(key)?.[1];
  if (header !== undefined) return headers[header] ?? "";
  if (key !== "request.auth.claims[sub]") throw new Error(`The condition ${key} is not known here.`);
  return principal.slice(principal.lastIndexOf("/") + 1);
}

const anyOf = <T>(list: readonly T[] | undefined, fits: (item: T) => boolean): boolean => list === undefined || list.some(fits);

function ruleMatches(rule: Rule, action: Action, { principal, port, request }: Connection): boolean {
  const ofHttp = (fits: (request: Request) => boolean): boolean => {
    // On plain TCP a rule that asks about HTTP never allows, and denies without asking.
    if (request === "tcp") return action === "DENY";
    // Where any request counts, there is one that is allowed and not denied.
    return request === undefined ? action === "ALLOW" : fits(request);
  };
  const sourceMatches = ({ principals, notRequestPrincipals, ...more }: Source): boolean =>
    known(more) &&
    anyOf(principals, (name) => principal !== undefined && textMatches(name, principal)) &&
    (notRequestPrincipals === undefined || ofHttp(({ principal: from = "" }) => !notRequestPrincipals.some((name) => textMatches(name, from))));
  const operationMatches = ({ ports, ...http }: Operation): boolean => anyOf(ports, (allowed) => Number(allowed) === port) && (Object.keys(http).length === 0 || ofHttp((of) => httpMatches(http, of)));
  const conditionHolds = ({ key, notValues }: { readonly key: string; readonly notValues: readonly string[] }): boolean => ofHttp((of) => !notValues.includes(conditionValue(key, of)));
  return anyOf(rule.from, ({ source }) => sourceMatches(source)) && anyOf(rule.to, ({ operation }) => operationMatches(operation)) && (rule.when ?? []).every(conditionHolds);
}

function httpMatches({ hosts, methods, notMethods = [], paths, notPaths = [], ...more }: Operation, request: Request): boolean {
  return (
    known(more) &&
    anyOf(hosts, (host) => textMatches(host, request.host)) &&
    anyOf(methods, (method) => method === request.method) &&
    anyOf(paths, (path) => textMatches(path, request.path)) &&
    !notMethods.includes(request.method) &&
    !notPaths.some((path) => textMatches(path, request.path))
  );
}

function known(rest: object): true {
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new Error(`What ${unknown} matches is not known here.`);
  return true;
}

/** A text of a policy: whole, or with a star at one end. */
function textMatches(pattern: string, text: string): boolean {
  if (pattern === "*") return text !== "";
  if (pattern.startsWith("*")) return text.endsWith(pattern.slice(1));
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
