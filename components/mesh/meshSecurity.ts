import * as pulumi from "@pulumi/pulumi";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { Istio } from "./istio";
import { istioObject } from "./istioObject";

/** Arguments of `MeshSecurity`. */
export interface MeshSecurityArgs {
  readonly cluster: ClusterTarget;
  readonly istio: Istio;
}

/**
 * What holds for every workload of the mesh: a proxy takes only connections with a mesh certificate. There is no DestinationRule to go
 * with it: proxies find out by themselves where the other side has a certificate, and a rule for all hosts would break those that have none.
 *
 * @example
 * new MeshSecurity("mesh-security", { cluster, istio });
 * @source https://istio.io/latest/docs/concepts/security/#peer-authentication and https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/#auto-mtls
 */
export class MeshSecurity extends pulumi.ComponentResource {
  constructor(name: string, args: MeshSecurityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:mesh:MeshSecurity", name, {}, opts);
    const { cluster, istio } = args;

    istioObject(
      "PeerAuthentication",
      `${name}-strict`,
      { name: "default", namespace: istio.rootNamespace, spec: { mtls: { mode: "STRICT" } } },
      inCluster(this, cluster, { dependsOn: istio }),
    );

    this.registerOutputs({});
  }
}
