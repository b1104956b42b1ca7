import { clusterNamespace, namespacesOutsideMesh, platformNamespaces } from "../../shared/clusterNamespace";
import { Problem } from "../../shared/errors";
import { AppPlatform } from "../appPlatform";

/** A label as DNS has it: what Kubernetes takes for the name of a Service. @source https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names */
const label = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What most objects may be called: labels of DNS with dots between them. @source https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export const subdomain = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What is wrong with the name of something that becomes part of an address in the cluster. */
export function labelProblems(path: string, name: string): Problem[] {
  if (label.test(name)) return [];
  return [{ path, message: "is not a name that an address in the cluster may have", given: JSON.stringify(name), allowed: "1 to 63 lower-case letters, digits and hyphens, a letter first and no hyphen last" }];
}

/** What is wrong with a namespace for a team's apps: it is the cluster's, or the platform makes it. */
export function namespaceProblems(path: string, namespace: string, { outsideMesh, exceptionNamespaces }: Pick<AppPlatform, "outsideMesh" | "exceptionNamespaces">): Problem[] {
  const allowed = "a namespace of the team's own";
  // The platform may be of a later release, with more namespaces than are known here.
  if (clusterNamespace.test(namespace) || [...platformNamespaces, ...outsideMesh].includes(namespace)) {
    return [{ path, message: "is a namespace of the cluster or the platform", given: namespace, allowed, fix: "Choose another name." }];
  }
  if (!exceptionNamespaces.includes(namespace)) return [];
  return [{ path, message: "is a namespace that the platform makes, as one that also takes connections without a certificate", given: namespace, allowed, fix: "Choose another name, or take the namespace out of the platform's `mesh.exceptions` and update the platform first." }];
}

/** What is wrong with the namespace of a caller: its pods have no certificate that the mesh could know them by. */
export function callerNamespaceProblems(path: string, namespace: string, { outsideMesh }: Pick<AppPlatform, "outsideMesh">): Problem[] {
  if (!clusterNamespace.test(namespace) && !namespacesOutsideMesh.includes(namespace) && !outsideMesh.includes(namespace)) return [];
  return [{ path, message: "is a namespace outside the mesh, whose pods have no certificate to be known by", given: namespace, allowed: "a namespace in the mesh", fix: "Move the caller to a namespace in the mesh." }];
}
