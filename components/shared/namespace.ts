import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ClusterTarget, nameInCluster, outlivingCluster } from "./cluster";
import { networkPolicy, NetworkPolicyArgs } from "./networkPolicy";
import { clusterDns, istiod, outside, podsOf, prometheus, proxyMetricsPort, spanCollector } from "./peers";
import { PodSecurityLevel, podSecurityLabels } from "./podSecurity";

/** What a namespace of the platform is like. */
export interface NamespaceSettings {
  /** Its name in the cluster. */
  readonly namespace: string;
  /** What its pods may do at most. Default: `restricted`. */
  readonly podSecurity?: PodSecurityLevel;
  /** True where Istio gives each pod a proxy. Default: false. */
  readonly injected?: boolean;
  /** The cluster, where the namespace's own deletion must run wherever that one's does. Default: none; it goes with its cluster. */
  readonly outlivesCluster?: ClusterTarget;
  /**
   * Which of its pods call port 443 outside the cluster, the API server included, and why; `hosts` are whom they call besides that one. It is
   * for pods without a proxy: with one, they call through an `Egress`. Default: none.
   */
  readonly outside?: { readonly podLabels?: Readonly<Record<string, string>>; readonly hosts?: readonly string[]; readonly reason: string };
}

/**
 * A namespace, with the labels that decide what its pods may do and whether they are part of the mesh, and closed to the network: its pods
 * may call nobody and be called by nobody but for what every pod needs and for what `outside` says. More is allowed by name, as with
 * `allowAccess` or a network policy.
 *
 * A node's own kubelet reaches its pods in any case, so that probes pass.
 *
 * @example
 * createNamespace("echo-namespace", { namespace: "echo", injected: true }, inCluster(this, cluster));
 * @source https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/ and https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
 */
export function createNamespace(name: string, settings: NamespaceSettings, options: pulumi.CustomResourceOptions): k8s.core.v1.Namespace {
  const { namespace, podSecurity = "restricted", injected = false } = settings;
  const labels = { ...podSecurityLabels(podSecurity), ...(injected && { "istio-injection": "enabled" }) };
  const { outlivesCluster: cluster } = settings;
  const made = new k8s.core.v1.Namespace(
    name,
    { metadata: { name: cluster ? nameInCluster(cluster, namespace) : namespace, labels } },
    cluster ? outlivingCluster(options) : options,
  );
  for (const policy of policiesOf(settings)) {
    networkPolicy(`${name}-${policy.name}`, policy, pulumi.mergeOptions(options, { dependsOn: made }));
  }
  return made;
}

function policiesOf({ namespace, injected, outside: calls }: NamespaceSettings): NetworkPolicyArgs[] {
  const pods = { namespace };
  return [
    { name: "default-deny", pods, reason: "what no other policy allows is denied", ingress: [], egress: [] },
    { name: "dns", pods, reason: "every pod finds others by name", egress: [{ peer: podsOf(clusterDns), ports: [53], protocols: ["UDP", "TCP"] }] },
    ...(injected
      ? [
          {
            name: "mesh",
            pods,
            // The same with and without tracing: a namespace of another program's doesn't know of it, and without it nobody is there.
            reason: "every proxy has its configuration and its certificate from istiod, and sends its spans to where they are collected",
            egress: [
              { peer: podsOf(istiod.pods), ports: [istiod.ports.xds] },
              { peer: podsOf(spanCollector.pods), ports: [spanCollector.ports.otlp] },
            ],
          },
          { name: "metrics", pods, reason: "Prometheus reads the metrics of every proxy and of the app behind it", ingress: [{ peer: podsOf(prometheus), ports: [proxyMetricsPort] }] },
        ]
      : []),
    ...(calls ? [{ name: "outside", pods: { namespace, labels: calls.podLabels }, reason: calls.reason, hosts: calls.hosts, egress: [outside] }] : []),
  ];
}
