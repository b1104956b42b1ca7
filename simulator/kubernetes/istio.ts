import { isRecord } from "../engine/values";
import { Reading, Resource } from "../resource";
import { first, Rule } from "../rules/rule";

/** A kind of Istio's in each of its versions. */
export const versions = (group: string, kind: string): string[] => ["v1", "v1beta1", "v1alpha3"].map((version) => `kubernetes:${group}.istio.io/${version}:${kind}`);

/** A rule of Istio's validating webhook. */
export function istioRule(id: string, types: readonly string[], source: string, check: (resource: Resource) => string | undefined): Rule {
  return {
    id,
    types,
    source,
    check(resource) {
      const message = check(resource);
      return message && `admission webhook "validation.istio.io" denied the request: configuration is invalid: ${message}`;
    },
  };
}

const gateways = "https://istio.io/latest/docs/reference/config/networking/gateway/";
const authorization = "https://istio.io/latest/docs/reference/config/security/authorization-policy/";
const routing = "https://istio.io/latest/docs/reference/config/networking/virtual-service/";
const gateway = versions("networking", "Gateway");
const virtualService = versions("networking", "VirtualService");
const policy = versions("security", "AuthorizationPolicy");

const protocolOf = (server: Reading): string => server.text("port.protocol")?.toUpperCase() ?? "";
const credentials = ["credentialName", "credentialNames", "serverCertificate", "tlsCertificates"];
/** Sources that are only known after the check that a CUSTOM policy hands a request to. */
const verifiedSources = ["principals", "notPrincipals", "namespaces", "notNamespaces", "serviceAccounts", "notServiceAccounts", "trustDomains", "notTrustDomains", "requestPrincipals", "notRequestPrincipals"];
const verifiedConditions = /^(source\.(namespace|principal|serviceAccount|trustDomain)|request\.auth\.)/;

function isEmptyList(resource: Reading, path: string): boolean {
  const value = resource.get(path);
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

/** A rule for each server of a Gateway. */
function eachServer(id: string, source: string, check: (server: Reading) => string | undefined): Rule {
  return istioRule(id, gateway, source, (resource) => first(resource.items("spec.servers"), check));
}

export const istio: readonly Rule[] = [
  istioRule("gateway-servers", gateway, gateways, (resource) => (isEmptyList(resource, "spec.servers") ? "gateway must have at least one server" : undefined)),
  eachServer("gateway-hosts", gateways, (server) => (isEmptyList(server, "hosts") ? "server config must contain at least one host" : undefined)),
  eachServer("gateway-port-name", gateways, (server) => (server.lacks("port.name") || server.is("port.name", "") ? "port name must be set" : undefined)),
  istioRule("gateway-port-name-taken", gateway, gateways, (resource) => {
    const names = resource.items("spec.servers").map((server) => server.text("port.name")).filter((name) => name !== undefined);
    const twice = names.find((name, index) => names.indexOf(name) < index);
    return twice && `port names in servers must be unique: duplicate name ${twice}`;
  }),
  eachServer("gateway-target-port", gateways, (server) => (server.has("port.targetPort") ? "targetPort is not supported by a gateway's server" : undefined)),
  eachServer("gateway-tls-missing", gateways, (server) => (["HTTPS", "TLS"].includes(protocolOf(server)) && server.lacks("tls") ? "server must have TLS settings for HTTPS/TLS protocols" : undefined)),
  eachServer("gateway-tls-plain", gateways, (server) => {
    const tls = server.get("tls");
    const more = isRecord(tls) && Object.keys(tls).some((key) => key !== "httpsRedirect");
    return ["HTTP", "HTTP2", "GRPC"].includes(protocolOf(server)) && more ? "server cannot have TLS settings for plain text HTTP ports" : undefined;
  }),
  eachServer("gateway-tls-credentials", gateways, (server) => {
    const given = credentials.filter((key) => server.has(`tls.${key}`));
    return given.length > 1 ? `only one of ${given.join(", ")} can be set` : undefined;
  }),
  eachServer("gateway-tls-simple", gateways, (server) =>
    server.is("tls.mode", "SIMPLE", "MUTUAL") && credentials.every((key) => server.lacks(`tls.${key}`)) ? "SIMPLE and MUTUAL TLS require a server certificate: set credentialName" : undefined,
  ),
  eachServer("gateway-tls-istio-mutual", gateways, (server) =>
    server.is("tls.mode", "ISTIO_MUTUAL") && credentials.some((key) => server.has(`tls.${key}`)) ? "ISTIO_MUTUAL TLS cannot have an associated certificate" : undefined,
  ),
  istioRule("peer-authentication-port-level", versions("security", "PeerAuthentication"), "https://istio.io/latest/docs/reference/config/security/peer_authentication/", (resource) =>
    resource.has("spec.portLevelMtls") && (resource.lacks("spec.selector.matchLabels") || Object.keys(resource.map("spec.selector.matchLabels")).length === 0)
      ? "mesh/namespace peer authentication cannot have port level mTLS"
      : undefined,
  ),
  istioRule("authorization-rules", policy, authorization, (resource) =>
    resource.is("spec.action", "DENY", "CUSTOM") && isEmptyList(resource, "spec.rules") ? `${resource.text("spec.action")} action without \`rules\` is meaningless as it will never be triggered` : undefined,
  ),
  istioRule("authorization-provider", policy, authorization, (resource) => (resource.is("spec.action", "CUSTOM") && resource.lacks("spec.provider.name") ? "`provider.name` must not be empty" : undefined)),
  istioRule("authorization-custom-source", policy, authorization, (resource) => {
    if (resource.isNot("spec.action", "CUSTOM")) return undefined;
    const rules = resource.items("spec.rules");
    const source = rules.flatMap((rule) => rule.items("from")).flatMap((from) => verifiedSources.filter((key) => from.has(`source.${key}`)))[0];
    const condition = rules.flatMap((rule) => rule.items("when")).map((when) => when.text("key") ?? "").find((key) => verifiedConditions.test(key));
    const found = source ?? condition;
    return found && `CUSTOM action does not support ${found}: it is only known after the check`;
  }),
  istioRule("virtual-service-hosts", virtualService, routing, (resource) => {
    // Without hosts it is a delegate, which another VirtualService hands requests on to.
    const extra = isEmptyList(resource, "spec.hosts") ? ["gateways", "tls", "tcp"].find((path) => !isEmptyList(resource, `spec.${path}`)) : undefined;
    return extra && `delegate virtual service must have no ${extra} specified`;
  }),
  istioRule("virtual-service-routes", virtualService, routing, (resource) =>
    ["http", "tcp", "tls"].every((path) => isEmptyList(resource, `spec.${path}`)) ? "http, tcp or tls must be provided in virtual service" : undefined,
  ),
  istioRule("virtual-service-route", virtualService, routing, (resource) =>
    first(resource.items("spec.http"), (route) =>
      isEmptyList(route, "route") && ["redirect", "directResponse", "delegate"].every((path) => route.lacks(path)) ? "HTTP route, redirect or direct_response is required" : undefined,
    ),
  ),
  istioRule("virtual-service-destination", virtualService, routing, (resource) =>
    first(["http", "tcp", "tls"].flatMap((path) => resource.items(`spec.${path}`)).flatMap((route) => route.items("route")), (destination) =>
      destination.lacks("destination.host") || destination.is("destination.host", "") ? "destination host must be set" : undefined,
    ),
  ),
];
