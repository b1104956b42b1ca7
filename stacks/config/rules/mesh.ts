import { clusterNamespace, platformNamespaces } from "../../../components/shared/clusterNamespace";
import { malformed, rule } from "../rule";

const path = (namespace: string): string => `mesh.exceptions[${JSON.stringify(namespace)}]`;

export const meshRules = [
  rule({
    id: "mesh-exception-name",
    source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names",
    sections: ["mesh"],
    check: ({ mesh }) =>
      malformed(
        Object.fromEntries(Object.keys(mesh.exceptions).map((namespace) => [path(namespace), namespace])),
        /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
        "a namespace: 1 to 63 lower-case letters, digits and hyphens between them",
      ),
  }),
  rule({
    id: "mesh-exception-platform",
    source: "the platform's own: each of its parts has a mesh certificate or takes no connections of the mesh",
    sections: ["mesh"],
    check: ({ mesh }) =>
      Object.keys(mesh.exceptions)
        .filter((namespace) => platformNamespaces.includes(namespace))
        .map((namespace) => ({ path: path(namespace), message: "is a namespace of the platform's own", given: namespace, allowed: "a namespace of a team's", fix: "Take it out." })),
  }),
  rule({
    id: "mesh-exception-cluster",
    source: "https://learn.microsoft.com/azure/aks/core-aks-concepts#namespaces",
    sections: ["mesh"],
    check: ({ mesh }) =>
      Object.keys(mesh.exceptions)
        .filter((namespace) => clusterNamespace.test(namespace))
        .map((namespace) => ({ path: path(namespace), message: "is a namespace of the cluster's own, which is not in the mesh", given: namespace, allowed: "a namespace of a team's", fix: "Take it out, or move the app." })),
  }),
];
