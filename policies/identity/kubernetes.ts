import { kindOf, namespaceOf, objectName } from "../../simulator/answers/kubernetes";
import { podSpecOf } from "../../simulator/kubernetes/objects";
import { Reading } from "../../simulator/resource";
import { eachOf, Policy, PolicyResource, PolicyStack } from "../policy";
import { podTypes, types } from "../types";

const bindings = ["kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"];
const roles = ["kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "kubernetes:rbac.authorization.k8s.io/v1:Role"];
const practices = "https://kubernetes.io/docs/concepts/security/rbac-good-practices/";
const everybody = ["system:anonymous", "system:unauthenticated", "system:authenticated", "system:serviceaccounts"];

/** Who may do what in a cluster. */
export const kubernetesIdentity: readonly Policy[] = [
  {
    id: "cluster-admin-binding",
    group: "identity",
    level: "error",
    title: "Nobody is bound to the role cluster-admin.",
    fix: "Bind a role that names what is needed; people get their rights in Entra ID.",
    source: practices,
    check: eachOf(bindings, (binding) => (binding.is("roleRef.name", "cluster-admin") ? `It lets ${subjects(binding)} do everything.` : undefined)),
  },
  {
    id: "role-wildcard",
    group: "identity",
    level: "error",
    title: "A role of a cluster names what it allows.",
    fix: "List the verbs and the resources that are needed in place of *.",
    source: `${practices}#least-privilege`,
    check: eachOf(roles, (role) =>
      role.items("rules").some((rule) => rule.texts("verbs").includes("*") && rule.texts("resources").includes("*")) ? "The role allows everything on everything of an API group." : undefined,
    ),
  },
  {
    id: "binding-of-everybody",
    group: "identity",
    level: "error",
    title: "A role is bound to somebody, not to everybody.",
    fix: "Name the service account or the group that needs it.",
    source: `${practices}#minimize-distribution-of-privileged-tokens`,
    check: eachOf(bindings, (binding) => {
      const group = binding.items("subjects").map((subject) => subject.text("name")).find((name) => name !== undefined && everybody.includes(name));
      return group && `It gives a role to ${group}.`;
    }),
  },
  {
    id: "service-account-token",
    group: "identity",
    level: "warning",
    title: "A pod that does not call the API server has no token for it.",
    fix: "Set automountServiceAccountToken of the pod to false; a pod that calls the API server has a service account that a role is bound to.",
    source: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
    check: eachOf(podTypes, (resource, stack) => {
      const pod = podSpecOf(resource);
      if (pod === undefined || !mounts(pod, resource, stack) || isBound(pod, resource, stack)) return undefined;
      return `The pods of this ${kindOf(resource.type).kind} hold a token for the API server, and nothing in the program lets them use it.`;
    }),
  },
  {
    id: "default-service-account",
    group: "identity",
    level: "warning",
    title: "A workload has a service account of its own.",
    fix: "Make a service account and name it in serviceAccountName.",
    source: "https://istio.io/latest/docs/concepts/security/#istio-identity",
    check: eachOf(podTypes, (resource) =>
      podSpecOf(resource)?.is("serviceAccountName", undefined, "", "default") ? "It runs as the account that every pod of its namespace has by default, so that the mesh can't tell it from them." : undefined,
    ),
  },
];

function subjects(binding: PolicyResource): string {
  return binding.items("subjects").map((subject) => `${subject.text("kind") ?? "somebody"} ${subject.text("name") ?? ""}`.trim()).join(", ") || "its subjects";
}

/** Whether a pod gets a token: what it says itself goes before what its service account says. */
function mounts(pod: Reading, resource: PolicyResource, stack: PolicyStack): boolean {
  if (pod.has("automountServiceAccountToken")) return pod.is("automountServiceAccountToken", true);
  if (accountOf(pod) === undefined) return false;
  const account = stack.ofType(types.serviceAccount).find((candidate) => namespaceOf(candidate) === namespaceOf(resource) && objectName(candidate) === accountOf(pod));
  return account === undefined || account.isNot("automountServiceAccountToken", false);
}

function isBound(pod: Reading, resource: PolicyResource, stack: PolicyStack): boolean {
  return stack.ofType(...bindings).some((binding) =>
    binding.items("subjects").some((subject) => subject.is("kind", "ServiceAccount") && subject.is("name", accountOf(pod)) && subject.is("namespace", namespaceOf(resource), undefined)),
  );
}

/** The service account of a pod, where it is known. */
function accountOf(pod: Reading): string | undefined {
  return pod.lacks("serviceAccountName") ? "default" : pod.text("serviceAccountName");
}
