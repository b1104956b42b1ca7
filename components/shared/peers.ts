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

/** Istio's control plane, with the ports of its container: what proxies and the API server call. */
export const istiod = {
  pods: { namespace: "istio-system", labels: { app: "istiod", istio: "pilot" } },
  ports: { xds: 15012, webhook: 15017 },
} as const;

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
 * HTTPS to all that is outside the cluster: public addresses, private endpoints, and the API server of AKS, whose address is not known
 * beforehand. It opens nothing inside: Cilium takes a range of addresses never for pods or nodes, whatever the range is.
 * @source https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium#frequently-asked-questions and https://github.com/cilium/cilium/pull/25241
 */
export const outside: NetworkRule = { peer: { ipBlock: { cidr: "0.0.0.0/0" } }, ports: [443] };
