import { Reading } from "../../simulator/resource";
import { eachOf, Policy } from "../policy";
import { types } from "../types";

const oldVersions = ["TLSV1_0", "TLSV1_1"];
const gatewayTypes = ["kubernetes:networking.istio.io/v1:Gateway", "kubernetes:networking.istio.io/v1beta1:Gateway", "kubernetes:networking.istio.io/v1alpha3:Gateway"];

/** Encryption on the way in: Front Door, and the mesh's gateways. */
export const wayInEncryption: readonly Policy[] = [
  {
    id: "front-door-minimum-tls",
    group: "encryption",
    level: "error",
    title: "A host of Front Door's speaks TLS 1.2 or later alone.",
    fix: "Set tlsSettings.minimumTlsVersion to TLS12 or TLS13.",
    source: "https://learn.microsoft.com/azure/frontdoor/end-to-end-tls#supported-tls-versions",
    check: eachOf([types.domain], (domain) => (domain.is("tlsSettings.minimumTlsVersion", "TLS10") ? "The host takes TLS 1.0 from browsers." : undefined)),
  },
  {
    id: "origin-certificate-name",
    group: "encryption",
    level: "error",
    title: "Front Door checks the name in its origin's certificate.",
    fix: "Set enforceCertificateNameCheck to true.",
    source: "https://learn.microsoft.com/azure/frontdoor/end-to-end-tls#backend-tls-connection-azure-front-door-to-origin",
    check: eachOf([types.origin], (origin) => (origin.is("enforceCertificateNameCheck", false) ? "Front Door would send requests to whoever answers for the origin." : undefined)),
  },
  {
    id: "route-forwards-https",
    group: "encryption",
    // The config can do without a certificate that Front Door trusts, in which case requests go on over the private link unencrypted.
    level: { dev: "info", staging: "warning", prod: "warning" },
    title: "Front Door forwards requests over HTTPS.",
    fix: "Set forwardingProtocol to HttpsOnly.",
    source: "https://learn.microsoft.com/azure/frontdoor/end-to-end-tls",
    check: eachOf([types.route], (route) =>
      route.isNot("forwardingProtocol", "HttpsOnly") ? `With the forwarding protocol ${route.text("forwardingProtocol") ?? "MatchRequest, which is the default,"} requests reach the origin unencrypted.` : undefined,
    ),
  },
  {
    id: "gateway-minimum-tls",
    group: "encryption",
    level: "error",
    title: "A gateway of the mesh speaks TLS 1.2 or later alone.",
    fix: "Take tls.minProtocolVersion away, or set it to TLSV1_2 or TLSV1_3.",
    source: "https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings",
    check: eachOf(gatewayTypes, (gateway) => {
      const servers = gateway.items("spec.servers").filter((server) => server.is("tls.minProtocolVersion", ...oldVersions));
      return servers.length === 0 ? undefined : `The server ${servers.map(nameOf).join(", ")} takes TLS before 1.2.`;
    }),
  },
];

function nameOf(server: Reading): string {
  return server.text("port.name") ?? String(server.number("port.number") ?? "of a port");
}
