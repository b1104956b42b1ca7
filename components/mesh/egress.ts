import * as pulumi from "@pulumi/pulumi";
import { problemsOf } from "../shared/argumentRule";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { refuseProblems } from "../shared/errors";
import { networkPolicy } from "../shared/networkPolicy";
import { anywhereOutside } from "../shared/peers";
import { addressRange, EgressEntries, objectNameOf, portsOf, resolutionOf, speaksTcp } from "./egressEntry";
import { egressRules } from "./egressRules";
import { istioObject } from "./istioObject";

/** Arguments of `Egress`. */
export interface EgressArgs extends EgressEntries {
  readonly cluster: ClusterTarget;
  /** The namespace whose pods call, and no others. */
  readonly namespace: string;
  /** With what its objects' names in the cluster begin; the name of an entry follows. Default: the component's name. */
  readonly called?: string;
  /** What must be there before: the mesh, and the namespace. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * Lets pods of one namespace call hosts outside the cluster. The mesh refuses every host that it doesn't know, and the network every address:
 * for each entry a ServiceEntry makes the hosts known to the namespace's proxies, and a network policy lets the pods out on the ports.
 *
 * A name is the proxy's to check and a pod's address and port the network's. A pod that goes past its proxy reaches other hosts on
 * the same ports, so that `addresses` is worth giving where they are known.
 *
 * @example
 * new Egress("payments-egress", {
 *   cluster, namespace: "payments", ready: [istio],
 *   entries: { bank: { hosts: ["api.bank.example"], usedBy: { app: "payments" }, reason: "payments are made there" } },
 * });
 * @throws ArgumentError with every rule of `egressRules` that an entry breaks
 * @source https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/ and https://istio.io/latest/docs/reference/config/networking/service-entry/
 */
export class Egress extends pulumi.ComponentResource {
  constructor(name: string, args: EgressArgs, opts?: pulumi.ComponentResourceOptions) {
    const { namespace, called = name, entries } = args;
    refuseProblems(name, problemsOf(egressRules, { called, entries }));
    super("delivery-platform:mesh:Egress", name, {}, opts);
    const options = inCluster(this, args.cluster, { dependsOn: [...args.ready] });

    for (const [key, entry] of Object.entries(entries)) {
      const { hosts, addresses, usedBy, reason } = entry;
      const objectName = objectNameOf(called, key);
      const resolution = resolutionOf(entry);
      const ports = portsOf(entry);
      istioObject(
        "ServiceEntry",
        `${name}-${key}`,
        {
          name: objectName,
          namespace,
          reason,
          spec: {
            hosts: [...hosts],
            // Istio knows plain TCP by its address alone. It refuses ranges where it asks DNS, so that other ports do without.
            ...(speaksTcp(entry) && { addresses: [...(addresses ?? [])] }),
            exportTo: ["."],
            location: "MESH_EXTERNAL",
            resolution,
            ports: ports.map(([number, protocol]) => ({ number, name: `${protocol.toLowerCase()}-${number}`, protocol })),
            ...(resolution === "STATIC" && { endpoints: addresses?.map((address) => ({ address })) }),
          },
        },
        options,
      );
      if (resolution === "DYNAMIC_DNS") {
        // There, and nowhere else, Istio's policies hold for what goes out as well, and the mesh denies what none allows. Who calls in has a
        // principal, and what goes out has none, so that it lets nobody in.
        istioObject(
          "AuthorizationPolicy",
          `${name}-${key}-names`,
          {
            name: objectName,
            namespace,
            reason,
            spec: {
              ...(usedBy && { selector: { matchLabels: { ...usedBy } } }),
              action: "ALLOW",
              rules: [{ from: [{ source: { notPrincipals: ["*"] } }], to: [{ operation: { ports: ports.map(([port]) => String(port)) } }], when: [{ key: "connection.sni", values: [...hosts] }] }],
            },
          },
          options,
        );
      }
      const peers = addresses?.map((address) => ({ ipBlock: { cidr: addressRange(address) } })) ?? [anywhereOutside];
      networkPolicy(
        `${name}-${key}-network`,
        { name: objectName, pods: { namespace, labels: usedBy }, reason, egress: peers.map((peer) => ({ peer, ports: ports.map(([port]) => port) })) },
        options,
      );
    }
    this.registerOutputs({});
  }
}
