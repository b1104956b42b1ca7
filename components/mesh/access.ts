import * as pulumi from "@pulumi/pulumi";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { Problem, refuseProblems } from "../shared/errors";
import { networkPolicy } from "../shared/networkPolicy";
import { Pods, podsOf } from "../shared/peers";
import { reasonProblems } from "../shared/reason";
import { istioObject } from "./istioObject";

/** A service account: whose certificate a pod of the mesh shows. */
export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** Pods, by what the mesh and the network know them by. */
export interface WorkloadIdentity {
  /** What the mesh knows them by. */
  readonly serviceAccount: ServiceAccountName;
  /** What the network knows them by. Default: every pod of the namespace, among which only the mesh then tells callers apart. */
  readonly podLabels?: Readonly<Record<string, string>>;
}

/** Pods that may call. */
export interface Caller extends WorkloadIdentity {
  /** Why they may, in 1 to 256 characters. It becomes an annotation. */
  readonly reason: string;
  /** True where the namespace is another program's, which then lets them out of it itself. Default: what lets them out is made here. */
  readonly elsewhere?: boolean;
  /** Which of its requests: any of the entries. Default: those of `AllowAccessArgs.http`. */
  readonly http?: readonly HttpOperation[];
}

/** The gateway that requests come in by, as those behind it need it. */
export interface GatewayReference {
  /** Its name as a VirtualService of any namespace gives it: `istio-ingress/front-door`. */
  readonly gateway: string;
  /** Its pods: who calls the apps. */
  readonly identity: WorkloadIdentity;
}

/** What a request must be like: each list that is given must have an entry that fits. One list at least. */
export interface HttpOperation {
  /** Methods, as `GET`. */
  readonly methods?: readonly string[];
  /** Whole paths; `/api/*` for all that begin so. */
  readonly paths?: readonly string[];
  /** Whole hosts; a request may name any port after one. */
  readonly hosts?: readonly string[];
}

/** Arguments of `allowAccess`. */
export interface AllowAccessArgs {
  readonly cluster: ClusterTarget;
  /** What its objects are called in the cluster. Default: as the first argument says. */
  readonly called?: string;
  /** The namespace of the pods that are called. */
  readonly namespace: string;
  /** The labels of the pods that are called. */
  readonly selector: Readonly<Record<string, string>>;
  /** Who may call, one at least. */
  readonly callers: readonly Caller[];
  /** On which ports of the container; not those of the Service. */
  readonly ports: readonly number[];
  /** Which requests of those callers that say nothing of their own, where not all: any of the entries. Only for ports that speak HTTP. */
  readonly http?: readonly HttpOperation[];
  /** Says that the ports speak no HTTP, so that `http` can't be given: a rule about requests never allows a plain TCP connection. */
  readonly tcp?: true;
}

// The chart's default, which the platform keeps.
const trustDomain = "cluster.local";

/** The name that a service account has in the mesh. */
export function principal({ namespace, name }: ServiceAccountName): string {
  return `${trustDomain}/ns/${namespace}/sa/${name}`;
}

/**
 * Lets callers reach pods that nobody may reach by default: an AuthorizationPolicy on the pods, by the callers' certificates, a network
 * policy on the pods, and one for each caller that lets it out of its own namespace. The objects are called as the first argument or `called`
 * says; those beside a caller also name the account and the namespace that is called, since several programs may let one caller out.
 *
 * Such allowances add up. What must hold for a request besides, as a sign-in, is for a policy that denies the requests without.
 *
 * The options name what must be there before: the mesh, the namespace of the pods, and those of the callers.
 *
 * @example
 * allowAccess("kayenta-redis-access", {
 *   cluster, namespace: "kayenta", selector: { app: "kayenta-redis" }, ports: [6379], tcp: true,
 *   callers: [{ serviceAccount: { namespace: "kayenta", name: "kayenta" }, podLabels: { app: "kayenta" }, reason: "keeps its running analyses there" }],
 * }, { parent: this, dependsOn: [istio, namespace] });
 * @returns the policies, for what may only be there once they are
 * @throws ArgumentError where it would allow nobody, everybody, or nothing
 * @source https://istio.io/latest/docs/reference/config/security/authorization-policy/ and https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function allowAccess(name: string, args: AllowAccessArgs, opts: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource }): pulumi.Resource[] {
  refuseProblems(name, accessProblems(args));
  const { called = name, namespace, selector, callers, ports, http = [{}] } = args;
  const options = inCluster(opts.parent, args.cluster, opts);
  const pods = { namespace, labels: selector };
  const reason = callers.map(({ serviceAccount, reason }) => `${serviceAccount.namespace}/${serviceAccount.name}: ${reason}`).join("\n");

  const mesh = istioObject(
    "AuthorizationPolicy",
    `${name}-mesh`,
    {
      name: called,
      namespace,
      reason,
      spec: {
        selector: { matchLabels: { ...selector } },
        action: "ALLOW",
        rules: callers.map((caller) => ({
          from: [{ source: { principals: [principal(caller.serviceAccount)] } }],
          to: (caller.http ?? http).map((operation) => ({ operation: { ports: ports.map(String), ...listsOf(operation) } })),
        })),
      },
    },
    options,
  );
  const network = networkPolicy(
    `${name}-network`,
    { name: called, pods, reason, ingress: callers.map((caller) => ({ peer: podsOf(podsThatCall(caller)), ports })) },
    options,
  );
  const ways = callers
    .filter(({ elsewhere }) => elsewhere !== true)
    .map((caller) =>
      networkPolicy(
        // A namespace has no dots, so that no other pair of names reads the same.
        `${name}-from-${caller.serviceAccount.namespace}.${caller.serviceAccount.name}`,
        { name: `${caller.serviceAccount.name}-to-${namespace}.${called}`, pods: podsThatCall(caller), reason: caller.reason, egress: [{ peer: podsOf(pods), ports }] },
        options,
      ),
    );
  return [mesh, network, ...ways];
}

function podsThatCall({ serviceAccount, podLabels }: Caller): Pods {
  return { namespace: serviceAccount.namespace, labels: podLabels };
}

/** Hosts in the form of a policy, which would otherwise miss a request that names the port after the host. */
export function withAnyPort(hosts: readonly string[]): string[] {
  return hosts.flatMap((host) => [host, `${host}:*`]);
}

/** An operation as a policy has it. */
function listsOf({ methods, paths, hosts }: HttpOperation): { methods?: string[]; paths?: string[]; hosts?: string[] } {
  return { ...(methods && { methods: [...methods] }), ...(paths && { paths: [...paths] }), ...(hosts && { hosts: withAnyPort(hosts) }) };
}

function accessProblems({ selector, callers, ports, http, tcp }: AllowAccessArgs): Problem[] {
  const empty = (path: string, isEmpty: boolean, allowed: string): Problem[] => (isEmpty ? [{ path, message: "is empty", allowed }] : []);
  const names = callers.map(({ serviceAccount }) => principal(serviceAccount));
  return [
    ...empty("selector", Object.keys(selector).length === 0, "one label at least: without any, it would be for every pod of the namespace"),
    ...empty("callers", callers.length === 0, "one caller at least"),
    ...empty("ports", ports.length === 0, "one port at least: without any, it would be for every port"),
    ...ports
      .filter((port) => !Number.isInteger(port) || port < 1 || port > 65535)
      .map((port) => ({ path: "ports", message: "is not a port", given: String(port), allowed: "1 to 65535" })),
    ...names
      .filter((name, index) => names.indexOf(name) !== index)
      .map((name) => ({ path: "callers", message: "names a caller twice", given: name, fix: "Leave one out." })),
    ...callers.flatMap(({ serviceAccount, reason }) => reasonProblems(`callers.${serviceAccount.namespace}/${serviceAccount.name}.reason`, reason)),
    ...[{ path: "http", http }, ...callers.map((caller) => ({ path: `callers.${caller.serviceAccount.namespace}/${caller.serviceAccount.name}.http`, http: caller.http }))].flatMap(
      ({ path, http: requests }) => [
        ...(tcp && requests ? [{ path, message: "can't be asked of ports that speak no HTTP", fix: "Leave out either `http` or `tcp`." }] : []),
        ...empty(path, requests?.length === 0, "one entry at least; left out, every request is allowed"),
        ...(requests ?? []).flatMap((operation, index) =>
          empty(`${path}[${index}]`, Object.values(listsOf(operation)).every((list) => list.length === 0), "a method, path or host at least; without `http`, every request is allowed"),
        ),
      ],
    ),
  ];
}
