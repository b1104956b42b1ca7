import { namespaceOf } from "../../simulator/answers/kubernetes";
import { isRecord, UNKNOWN } from "../../simulator/engine/values";
import { Reading } from "../../simulator/resource";
import { eachOf, Policy } from "../policy";
import { hasReason } from "../reason";
import { types } from "../types";
import { controlPlanes, istioTypes, rootNamespace, selectorOf } from "./objects";

const migration = "https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/";

/** Every connection of the mesh shows the mesh's certificate. */
export const mutualTls: readonly Policy[] = [
  {
    id: "mesh-strict-mtls",
    group: "mesh",
    level: "error",
    title: "A mesh takes connections with its own certificates alone.",
    fix: "Make a PeerAuthentication without a selector in the root namespace whose mtls.mode is STRICT.",
    source: `${migration}#lock-down-mutual-tls-for-the-entire-mesh`,
    check(stack) {
      return controlPlanes(stack).flatMap((controlPlane) => {
        const root = rootNamespace(controlPlane);
        const wide = stack.ofType(...istioTypes.peerAuthentication).filter((policy) => [root, undefined].includes(namespaceOf(policy)) && Object.keys(selectorOf(policy)).length === 0);
        return root === undefined || wide.some((policy) => !policy.isNot("spec.mtls.mode", "STRICT")) ? [] : [{ urn: controlPlane.urn, message: "No policy makes mutual TLS strict for the whole mesh: every proxy also takes plain connections." }];
      });
    },
  },
  {
    id: "namespace-permissive",
    group: "mesh",
    level: "error",
    title: "Nothing is let off strict mutual TLS without a written reason.",
    fix: `Take the mode away, or except the namespace in the config, under mesh.exceptions, with the reason.`,
    source: migration,
    check: eachOf(istioTypes.peerAuthentication, (policy) =>
      modesOf(policy).includes("PERMISSIVE") && !hasReason(policy) ? `It lets plain connections into ${reachOf(policy)}, and nothing says why.` : undefined,
    ),
  },
  {
    id: "mutual-tls-disabled",
    group: "mesh",
    level: "error",
    title: "Mutual TLS is switched off nowhere.",
    fix: "Use PERMISSIVE, with its reason, while callers are moved into the mesh; leave meshConfig.enableAutoMtls as it is.",
    source: "https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication-MutualTLS-Mode",
    check: (stack) => [
      ...eachOf(istioTypes.peerAuthentication, (policy) => (modesOf(policy).includes("DISABLE") ? `It switches mutual TLS off in ${reachOf(policy)}: callers can't show who they are.` : undefined))(stack),
      ...controlPlanes(stack)
        .filter((plane) => plane.is("values.meshConfig.enableAutoMtls", false))
        .map(({ urn }) => ({ urn, message: "values.meshConfig.enableAutoMtls is false: proxies call each other in the clear, and strict ones refuse that." })),
    ],
  },
  {
    id: "mesh-policy-without-proxies",
    group: "mesh",
    level: "error",
    title: "A policy of the mesh is for pods that have a proxy.",
    fix: "Label the namespace istio-injection: enabled and restart its pods, or take the policy away.",
    source: "https://istio.io/latest/docs/reference/config/analysis/ist0102/",
    check(stack) {
      const outside = stack.ofType(types.namespace).filter((namespace) => !mayBeLabelled(namespace)).map((namespace) => namespace.text("metadata.name")).filter((name) => name !== undefined);
      const roots = controlPlanes(stack).map(rootNamespace);
      const policies = stack.ofType(...istioTypes.authorizationPolicy, ...istioTypes.requestAuthentication, ...istioTypes.peerAuthentication);
      const idle = policies.filter((policy) => outside.some((name) => name === namespaceOf(policy)) && !roots.some((root) => root === undefined || root === namespaceOf(policy)));
      return idle.map((policy) => ({ urn: policy.urn, message: `The pods of ${namespaceOf(policy)} get no proxy, so that nobody enforces it.` }));
    },
  },
];

/** The modes that a policy sets, for all ports and for single ones. */
function modesOf(policy: Reading): unknown[] {
  const ports = policy.get("spec.portLevelMtls");
  return [policy.get("spec.mtls.mode"), ...(isRecord(ports) ? Object.values(ports).map((port) => new Reading(port).get("mode")) : [])];
}

function reachOf(policy: Parameters<typeof namespaceOf>[0]): string {
  const labels = Object.entries(selectorOf(policy)).map((label) => label.join("="));
  return `${namespaceOf(policy)}${labels.length === 0 ? "" : `, for pods with ${labels.join(", ")}`}`;
}

/**
 * Whether a namespace or the mesh of a revision asks for proxies, or may do so; one that another way brings proxies into is not looked at here.
 * What a patch does not name is as somebody else has made it.
 */
function mayBeLabelled(namespace: Reading): boolean {
  const labels = namespace.get("metadata.labels");
  if (!isRecord(labels)) return labels === UNKNOWN;
  if (namespace.isPatch) return labels["istio-injection"] !== "disabled";
  return ["istio-injection", "istio.io/rev", "istio.io/dataplane-mode"].some((label) => labels[label] !== undefined && labels[label] !== "disabled");
}
