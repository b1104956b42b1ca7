import * as pulumi from "@pulumi/pulumi";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { Problem, refuseProblems } from "../shared/errors";
import { createNamespace } from "../shared/namespace";
import { reasonProblems } from "../shared/reason";
import { Istio } from "./istio";
import { istioObject } from "./istioObject";

/** A namespace whose pods also take connections without a mesh certificate. */
export interface MeshException {
  readonly mode: "PERMISSIVE";
  /** Why it needs them, in 1 to 256 characters. It becomes an annotation. */
  readonly reason: string;
}

/** Arguments of `MeshSecurity`. */
export interface MeshSecurityArgs {
  readonly cluster: ClusterTarget;
  readonly istio: Istio;
  /** The namespaces that are let off, by name. They are made here: none of the platform's own can be one. Default: none. */
  readonly exceptions?: Readonly<Record<string, MeshException>>;
}

/**
 * What holds for every workload of the mesh: a proxy takes only connections with a mesh certificate, and no request but those that a
 * policy of the workload's own allows. There is no DestinationRule to go with it: proxies find out by themselves where the other side has a
 * certificate, and a rule for all hosts would break those that have none.
 *
 * An exception lets plain connections into one namespace, for callers that are not part of the mesh yet. It allows nobody by itself: the
 * namespace still denies what its own policies don't allow, and of a caller without a certificate such a policy knows the address alone.
 *
 * @example
 * new MeshSecurity("mesh-security", {
 *   cluster, istio, exceptions: { billing: { mode: "PERMISSIVE", reason: "called by the old batch servers until they are moved" } },
 * });
 * @throws ArgumentError where an exception has no reason or is for the mesh's root namespace
 * @source https://istio.io/latest/docs/concepts/security/ and https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/
 */
export class MeshSecurity extends pulumi.ComponentResource {
  constructor(name: string, args: MeshSecurityArgs, opts?: pulumi.ComponentResourceOptions) {
    const { cluster, istio, exceptions = {} } = args;
    refuseProblems(name, Object.entries(exceptions).flatMap(([namespace, { reason }]) => exceptionProblems(namespace, reason, istio)));
    super("delivery-platform:mesh:MeshSecurity", name, {}, opts);
    const checked = inCluster(this, cluster, { dependsOn: istio });

    istioObject("PeerAuthentication", `${name}-strict`, { name: "default", namespace: istio.rootNamespace, spec: { mtls: { mode: "STRICT" } } }, checked);
    // A policy without rules allows nothing, and in the root namespace it is for every proxy: the gateway's, too.
    istioObject("AuthorizationPolicy", `${name}-deny-all`, { name: "deny-all", namespace: istio.rootNamespace, spec: {} }, checked);

    for (const [exempt, { mode, reason }] of Object.entries(exceptions)) {
      const namespace = createNamespace(`${name}-${exempt}-namespace`, { namespace: exempt, injected: true }, inCluster(this, cluster));
      istioObject(
        "PeerAuthentication",
        `${name}-${exempt}`,
        { name: "default", namespace: exempt, reason, spec: { mtls: { mode } } },
        inCluster(this, cluster, { dependsOn: [istio, namespace] }),
      );
    }

    this.registerOutputs({});
  }
}

function exceptionProblems(namespace: string, reason: string, istio: Istio): Problem[] {
  const path = `exceptions.${namespace}`;
  const root: Problem[] =
    namespace === istio.rootNamespace ? [{ path, message: "would let off the whole mesh", allowed: "any other namespace", fix: "Name the namespace that needs it." }] : [];
  return [...root, ...reasonProblems(`${path}.reason`, reason)];
}
