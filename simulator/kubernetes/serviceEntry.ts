import { isIP } from "node:net";
import { Reading, Resource } from "../resource";
import { first, Rule } from "../rules/rule";
import { istioRule, versions } from "./istio";

const types = versions("networking", "ServiceEntry");
const source = "https://istio.io/latest/docs/reference/config/networking/service-entry/";

const entryRule = (id: string, check: (resource: Resource) => string | undefined): Rule => istioRule(`service-entry-${id}`, types, source, check);
const dynamicRule = (id: string, check: (resource: Resource) => string | undefined): Rule => entryRule(`dynamic-${id}`, (resource) => (resource.is("spec.resolution", "DYNAMIC_DNS") ? check(resource) : undefined));
const eachPort = (id: string, check: (port: Reading) => string | undefined): Rule => entryRule(id, (resource) => first(resource.items("spec.ports"), check));

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/i;
const isHost = (host: string): boolean => host !== "" && host.length <= 255 && host.split(".").every((part, index) => label.test(part) || (index === 0 && /^\*(-?[a-z0-9]([-a-z0-9]*[a-z0-9])?)?$/i.test(part)));
const isStarred = (host: string): boolean => host.startsWith("*");
const isPortNumber = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65535;
const spoken = ["tcp", "udp", "grpc", "grpc-web", "http", "http_proxy", "http2", "https", "tls", "mongo", "redis", "mysql"];
const protocolOf = (port: Reading): string | undefined => (port.has("protocol") ? port.text("protocol")?.toLowerCase() : "");
/** Protocols of which a connection itself says which host it is for. */
const namesHost = ["http", "http2", "http_proxy", "grpc", "grpc-web", "https", "tls"];
const isPlain = (port: Reading): boolean => {
  const protocol = protocolOf(port);
  return protocol !== undefined && !namesHost.includes(protocol);
};
const isDns = (resource: Resource): boolean => resource.is("spec.resolution", "DNS", "DNS_ROUND_ROBIN");

function repeated<T>(values: readonly (T | undefined)[]): T | undefined {
  return values.find((value, index) => value !== undefined && values.indexOf(value) < index);
}

/** What Istio's webhook says of a ServiceEntry, and what it accepts though it then doesn't work. */
export const serviceEntries: readonly Rule[] = [
  entryRule("host", (resource) => first(resource.texts("spec.hosts"), (host) => (host === "*" || !isHost(host) ? `invalid host ${host}` : undefined))),
  entryRule("host-wildcard", (resource) =>
    isDns(resource) && resource.lacks("spec.endpoints")
      ? first(resource.texts("spec.hosts").filter((host) => host !== "*"), (host) => (isStarred(host) ? `hosts must be FQDN if no endpoints are provided for resolution mode ${resource.text("spec.resolution")}: ${host}` : undefined))
      : undefined,
  ),
  entryRule("address", (resource) => first(resource.texts("spec.addresses"), (address) => (isIP(address.replace(/\/\d{1,3}$/, "")) === 0 ? `${address} is not a valid IP or subnet` : undefined))),
  entryRule("address-range", (resource) =>
    resource.isNot("spec.resolution", "NONE", "STATIC", undefined) && resource.texts("spec.addresses").some((address) => address.includes("/")) ? "CIDR addresses are allowed only for NONE/STATIC resolution types" : undefined,
  ),
  entryRule("port-name-taken", (resource) => {
    const name = repeated(resource.items("spec.ports").map((port) => port.text("name")));
    return name === undefined ? undefined : `service entry port name "${name}" already defined`;
  }),
  entryRule("port-taken", (resource) => {
    const number = repeated(resource.items("spec.ports").map((port) => port.number("number")));
    return number === undefined ? undefined : `service entry port ${number} already defined`;
  }),
  eachPort("port-name", (port) => {
    const name = port.text("name");
    return name !== undefined && !label.test(name) ? `invalid port name: ${name}` : undefined;
  }),
  eachPort("port-number", (port) => {
    const wrong = [port.number("number"), port.number("targetPort")].find((number) => number !== undefined && !isPortNumber(number));
    return wrong === undefined ? undefined : `port number ${wrong} must be in the range 1..65535`;
  }),
  eachPort("protocol", (port) => {
    const protocol = protocolOf(port);
    return protocol !== undefined && protocol !== "" && !spoken.includes(protocol) ? `unsupported protocol: ${port.text("protocol")}` : undefined;
  }),
  entryRule("tcp-hosts", (resource) =>
    resource.isNot("spec.resolution", "NONE", undefined) && resource.list("spec.hosts").length > 1 && resource.items("spec.ports").some(isPlain) ? "multiple hosts provided with non-HTTP, non-TLS ports" : undefined,
  ),
  entryRule("endpoints", (resource) =>
    resource.list("spec.endpoints").length > 0 && resource.is("spec.resolution", "NONE", undefined) ? "no endpoints should be provided for resolution type none" : undefined,
  ),
  dynamicRule("host", (resource) => {
    const whole = resource.texts("spec.hosts").find((host) => !isStarred(host));
    return whole === undefined ? undefined : `host must be wildcarded for resolution mode DYNAMIC_DNS: ${whole}`;
  }),
  dynamicRule("address", (resource) => {
    const given = ["addresses", "endpoints"].find((key) => resource.list(`spec.${key}`).length > 0);
    return given === undefined ? undefined : `${given} cannot be set for resolution type DYNAMIC_DNS`;
  }),
  dynamicRule("protocol", (resource) =>
    resource.items("spec.ports").map(protocolOf).some((protocol) => protocol !== undefined && !["http", "tls", "grpc", "http2"].includes(protocol))
      ? "only HTTP, TLS, GRPC, and HTTP2 protocols are supported for resolution type DYNAMIC_DNS"
      : undefined,
  ),
  entryRule("export", (resource) => {
    const scopes = resource.texts("spec.exportTo").map((scope) => (scope === "." ? (resource.text("metadata.namespace") ?? scope) : scope));
    const twice = repeated(scopes);
    if (twice !== undefined) return `duplicate entries in exportTo for entry ${twice}`;
    return scopes.length > 1 && scopes.some((scope) => ["*", "~"].includes(scope)) ? "cannot have both public (*), or none (~), and other exportTo values for a resource" : undefined;
  }),
  {
    id: "service-entry-tcp-addresses",
    types,
    level: "warning",
    source: "https://istio.io/latest/docs/reference/config/analysis/ist0134/",
    check: (resource) =>
      resource.lacks("spec.addresses") && resource.items("spec.ports").some((port) => port.is("protocol", "TCP", undefined))
        ? "Addresses are required for ports serving TCP: without them, and without DNS capture in the proxies, the port is taken for every address"
        : undefined,
  },
  {
    id: "service-entry-host-taken",
    types,
    level: "warning",
    source: "https://istio.io/latest/docs/reference/config/analysis/ist0177/",
    check: (resource, world) => {
      const others = types.flatMap((type) => world.of(type)).filter((other) => other.urn !== resource.urn && other.provider === resource.provider && other.text("metadata.namespace") === resource.text("metadata.namespace"));
      const hosts = resource.texts("spec.hosts");
      return first(others, (other) => {
        const host = other.texts("spec.hosts").find((name) => hosts.includes(name));
        return host && `The host ${host} is also in the ServiceEntry ${other.text("metadata.name")} of the namespace: where ports or settings differ, one of them is passed over`;
      });
    },
  },
];
