/**
 * The namespaces of the cluster's own parts, none of which is in the mesh. AKS keeps most in kube-system, and adds namespaces of such names with
 * its add-ons.
 * @source https://learn.microsoft.com/azure/aks/core-aks-concepts#namespaces
 */
export const clusterNamespace = /^(default|kube-.*|aks-.*|gatekeeper-system|calico-system|tigera-operator|app-routing-system|azure-.*)$/;

/** The platform's own namespaces, some of them only where its config asks for the part; true where their pods are part of the mesh. */
const namespaces: Readonly<Record<string, boolean>> = {
  "cert-manager": false,
  echo: true,
  grafana: true,
  "istio-cni": false,
  "istio-ingress": true,
  "istio-system": false,
  kayenta: true,
  kiali: true,
  "oauth2-proxy": true,
  prometheus: true,
  "rate-limit": true,
  "registry-purge": false,
  tracing: true,
};

/** The namespaces that the platform makes for its own parts. */
export const platformNamespaces: readonly string[] = Object.keys(namespaces);

/** Those of them whose pods have no certificate of the mesh: none of them can be let to call an app. */
export const namespacesOutsideMesh: readonly string[] = platformNamespaces.filter((namespace) => namespaces[namespace] === false);
