import { namespaceOf, objectName } from "../../simulator/answers/kubernetes";
import { holdsUnknown } from "../../simulator/engine/values";
import { MeshView } from "../../simulator/kubernetes/meshView";
import { Reading } from "../../simulator/resource";
import { first } from "../../simulator/rules/rule";
import { eachOf, Policy, PolicyStack } from "../policy";
import { istioTypes } from "./objects";

const missing = "https://istio.io/latest/docs/reference/config/analysis/ist0101/";
const plain = ["HTTP", "HTTP2", "GRPC", "GRPC-WEB", "TCP"];

/** A Gateway has pods and certificates, and serves nothing in the clear. */
export const gateways: readonly Policy[] = [
  {
    id: "gateway-selector-unmatched",
    group: "mesh",
    level: "error",
    title: "A Gateway chooses pods that are there.",
    fix: "Take the labels from the gateway's chart: a release istio-ingress has istio: ingress.",
    source: missing,
    check: eachOf(istioTypes.gateway, (gateway, stack) => {
      const mesh = MeshView.of(stack);
      const selector = gateway.map("spec.selector");
      const sure = mesh.knows(namespaceOf(gateway)) && !mesh.hasOpaque && Object.keys(selector).length > 0;
      return sure && mesh.namespacesWithPods(selector).length === 0 ? `No pod has ${Object.entries(selector).map((label) => label.join("=")).join(", ")}: nothing listens.` : undefined;
    }),
  },
  {
    id: "gateway-credential-missing",
    group: "mesh",
    level: "error",
    title: "A Gateway's certificate is in the namespace of its pods.",
    fix: "Make the Secret, or a Certificate with this secretName, in the namespace of the gateway's pods.",
    source: missing,
    check: eachOf(istioTypes.gateway, (gateway, stack) => {
      const mesh = MeshView.of(stack);
      const selector = gateway.get("spec.selector");
      const namespaces = holdsUnknown(selector) ? [] : mesh.namespacesWithPods(gateway.map("spec.selector")).filter((namespace) => mesh.knows(namespace));
      return first(gateway.items("spec.servers").flatMap(credentialsOf), (name) => {
        const lacking = namespaces.find((namespace) => ![name, undefined].some((known) => secretsIn(namespace, stack).has(known)));
        return lacking && `The Secret ${name} is not in ${lacking}: the server answers no TLS.`;
      });
    }),
  },
  {
    id: "gateway-plain-text",
    group: "mesh",
    // The config can do without certificates; requests then come in over the private link alone.
    level: { dev: "info", staging: "warning", prod: "warning" },
    title: "A Gateway's server speaks TLS, or sends to where it is spoken.",
    fix: "Set the server's protocol to HTTPS with a credentialName, or tls.httpsRedirect to true.",
    source: "https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/",
    check: eachOf(istioTypes.gateway, (gateway) => {
      const server = gateway.items("spec.servers").find((candidate) => plain.includes(candidate.text("port.protocol")?.toUpperCase() ?? "") && candidate.isNot("tls.httpsRedirect", true));
      return server && `The server ${server.text("port.name") ?? String(server.number("port.number"))} takes requests without TLS.`;
    }),
  },
];

/** The Secrets that a server takes its certificates from, as far as they are objects of Kubernetes. */
function credentialsOf(server: Reading): string[] {
  const own = server.text("tls.credentialName");
  return [...(own === undefined ? [] : [own]), ...server.texts("tls.credentialNames")].filter((name) => !name.includes("://"));
}

/** The Secrets of a namespace, those that cert-manager will make too; `undefined` for one whose name is not known yet. */
function secretsIn(namespace: string, stack: PolicyStack): Set<string | undefined> {
  const here = (type: string) => stack.ofType(type).filter((object) => [namespace, undefined].includes(namespaceOf(object)));
  return new Set([...here("kubernetes:core/v1:Secret").map((secret) => (secret.lacks("metadata.name") ? objectName(secret) : secret.text("metadata.name"))), ...here("kubernetes:cert-manager.io/v1:Certificate").map((certificate) => certificate.text("spec.secretName"))]);
}
