import * as k8s from "@pulumi/kubernetes";

type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;

/** Pods of one namespace; without labels, all of them. */
export interface Pods {
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** One rule of a network policy: the other side, and the ports of the container that is called. */
export interface NetworkRule {
  /** Who is on the other side. Default: everyone. */
  readonly peer?: Peer;
  readonly ports: readonly number[];
  /** Default: TCP alone. */
  readonly protocols?: readonly ("TCP" | "UDP")[];
}

/** Pods as the other side of a rule. */
export function podsOf({ namespace, labels }: Pods): Peer {
  // The API server gives every namespace this label.
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } }, ...(labels && { podSelector: { matchLabels: labels } }) };
}

/** The pods of every namespace in which Istio gives pods a proxy. */
export const injectedPods: Peer = { namespaceSelector: { matchLabels: { "istio-injection": "enabled" } } };

/** The cluster's own name servers. */
export const clusterDns: Pods = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };

/** Istio's control plane, with the ports of its container: what proxies, the API server and Prometheus call. */
export const istiod = {
  pods: { namespace: "istio-system", labels: { app: "istiod", istio: "pilot" } },
  ports: { xds: 15012, webhook: 15017, metrics: 15014 },
} as const;

/** Who takes the proxies' spans, with the port of its container. Without tracing there is nobody in that place. */
export const spanCollector = { pods: { namespace: "tracing", labels: { app: "collector" } }, ports: { otlp: 4317 } } as const;

/** Where Prometheus runs. */
export const prometheus: Pods = { namespace: "prometheus" };

/** Where a proxy gives its metrics together with the app's, in plain text and past the mesh's policies. */
export const proxyMetricsPort = 15020;

/**
 * Who calls a webhook in the cluster: the API server of AKS stands outside and comes in through these pods.
 * @source https://learn.microsoft.com/azure/aks/outbound-rules-control-egress and https://github.com/tigera/operator/pull/5212
 */
export const apiServerTunnel: Pods = { namespace: "kube-system", labels: { app: "konnectivity-agent" } };

/**
 * What no pod may call, whatever else it may: the node's own addresses, and those by which a node gets its identity and settings from Azure.
 * @source https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service and https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
 */
export const notForPods: readonly string[] = ["0.0.0.0/8", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "224.0.0.0/3"];

/**
 * All that is outside the cluster: public addresses, private endpoints, and the API server of AKS, whose address is not known beforehand. It
 * opens nothing inside: Cilium takes a range of addresses never for pods or nodes, whatever the range is.
 * @source https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium#frequently-asked-questions and https://github.com/cilium/cilium/pull/25241
 */
export const anywhereOutside: Peer = { ipBlock: { cidr: "0.0.0.0/0", except: [...notForPods] } };

/** HTTPS to all that is outside the cluster. */
export const outside: NetworkRule = { peer: anywhereOutside, ports: [443] };
