import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { istioObject } from "./istioObject";

/** Arguments of `allowExternalHosts`. */
export interface ExternalHostsArgs {
  readonly cluster: ClusterTarget;
  /** The namespace whose pods may call the hosts, and no other. */
  readonly namespace: string;
  /** Whole names, as `login.microsoftonline.com`. */
  readonly hosts: readonly string[];
  /** Why they are called: an annotation. */
  readonly reason: string;
}

/**
 * Makes hosts outside the cluster known to the proxies of one namespace, for TLS on port 443: the mesh refuses to send anything to a host that
 * it doesn't know. The connection stays encrypted from the app to the host. The network has to let it out besides: see `createNamespace`.
 *
 * @example
 * allowExternalHosts("sign-in-hosts", { cluster, namespace: "oauth2-proxy", hosts: ["login.microsoftonline.com"], reason: "…" }, { parent: this, dependsOn: [istio, namespace] });
 * @source https://istio.io/latest/docs/reference/config/networking/service-entry/
 */
export function allowExternalHosts(name: string, args: ExternalHostsArgs, opts: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource }): k8s.apiextensions.CustomResource {
  const { cluster, namespace, hosts, reason } = args;
  return istioObject(
    "ServiceEntry",
    name,
    {
      name,
      namespace,
      reason,
      spec: { hosts: [...hosts], exportTo: ["."], location: "MESH_EXTERNAL", resolution: "DNS", ports: [{ number: 443, name: "tls", protocol: "TLS" }] },
    },
    inCluster(opts.parent, cluster, opts),
  );
}
