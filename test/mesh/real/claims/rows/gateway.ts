import { Chapter, Claim, Expected } from "../claim";
import { handshake, Incoming, incoming } from "../questions/gateway";
import { http } from "../questions/http";

const frontDoorOnly = "AuthorizationPolicy istio-ingress/front-door-only";
const hosts = "AuthorizationPolicy istio-ingress/hosts";
const probe = "VirtualService istio-ingress/probe";
const gateway = "Gateway istio-ingress/front-door";
const open = "echo.dev.example.com";

const row = (id: string, claims: string, request: Incoming, expected: Expected, restsOn: readonly string[]): Claim => ({ id: `gateway-${id}`, claims, question: incoming(request), expected, restsOn });

const probes = ["ingress.dev.example.com", open, "private.dev.example.com", "guestbook-api.dev.example.com"].map((host) =>
  row(`probe-${host.split(".")[0]}`, `the probe is answered on ${host} without a cookie, a token or Front Door's header`, { host, path: "/probe", throughFrontDoor: false }, { status: 200 }, [probe, hosts, frontDoorOnly]),
);

const tls = ["spec", "servers", 0, "tls"] as const;
/** A server of before: TLS from 1.0 on, with a cipher of that time. */
const oldTls = { mode: "SIMPLE", credentialName: "front-door-certificate", minProtocolVersion: "TLSV1_0", cipherSuites: ["ECDHE-ECDSA-AES128-SHA"] };

/** What the gateway lets in. */
export const gatewayDoor: Chapter = {
  title: "The gateway",
  claims: [
    ...probes,
    row("front-door", "a request with the id of this Front Door gets to the app", { host: open, path: "/get" }, { status: 200, "app host": open }, [frontDoorOnly, hosts, "VirtualService echo/echo"]),
    row("port", "a port after the host changes nothing", { host: `${open}:443`, path: "/get" }, { status: 200 }, [hosts]),
    row("no-id", "one without it is refused", { host: open, path: "/get", throughFrontDoor: false }, { status: 403 }, [frontDoorOnly]),
    row("other-id", "so is one with the id of another Front Door", { host: open, path: "/get", throughFrontDoor: false, headers: { "x-azure-fdid": "00000000-1111-4222-8333-444444444444" } }, { status: 403 }, [frontDoorOnly]),
    row("probe-post", "the probe is GET alone: anything else asks for the id", { host: open, path: "/probe", method: "POST", throughFrontDoor: false }, { status: 403 }, [frontDoorOnly]),
    row("probe-alike", "so does what only begins like it", { host: open, path: "/probe/x", throughFrontDoor: false }, { status: 403 }, [frontDoorOnly]),
    row("probe-escaped", "and what becomes another path once it is read", { host: open, path: "/probe/../get", throughFrontDoor: false }, { status: 403 }, [frontDoorOnly]),
    row("unlisted-host", "a host of the domain that is not listed is refused", { host: "other.dev.example.com", path: "/" }, { status: 403 }, [hosts]),
    row("foreign-host", "so is a host of another domain", { host: "www.example.org", path: "/" }, { status: 403 }, [hosts]),
    row("origin-host", "Front Door's own name for the gateway serves nothing but the probe", { host: "ingress.dev.example.com", path: "/" }, { status: 403 }, [hosts]),
    {
      id: "gateway-plain",
      claims: "the gateway speaks no plain HTTP",
      question: http("internet → GET http://<gateway>:443/probe", (world) => ({ from: "internet", url: `http://${world.place("istio-ingress-0").address}:443/probe`, headers: { host: open } })),
      expected: { status: "closed" },
      restsOn: [gateway],
    },
    { id: "gateway-foreign-name", claims: "a handshake for a name of another domain is refused", question: handshake("www.example.org"), expected: { handshake: "refused" }, restsOn: [gateway] },
    { id: "gateway-tls-1.1", claims: "so is one by TLS 1.1", question: handshake("ingress.dev.example.com", "TLSv1.1"), expected: { handshake: "refused" }, restsOn: [gateway] },
    { id: "gateway-tls-1.2", claims: "TLS 1.2 will do", question: handshake("ingress.dev.example.com", "TLSv1.2"), expected: { handshake: "made", version: "TLSv1.2" }, restsOn: [gateway] },
  ],
  mutations: [
    { claims: ["gateway-no-id", "gateway-probe-post", "gateway-probe-alike", "gateway-probe-escaped"], what: "nobody asks for Front Door's id", changes: [{ object: frontDoorOnly }], expected: { status: 200, "app host": open } },
    { claims: ["gateway-other-id"], what: "another Front Door's id is the right one", changes: [{ object: frontDoorOnly, at: ["spec", "rules", 0, "when", 0, "notValues"], value: ["00000000-1111-4222-8333-444444444444"] }], expected: { status: 200, "app host": open } },
    { claims: probes.map(({ id }) => id), what: "the probe asks for Front Door's id", changes: [{ object: frontDoorOnly, at: ["spec", "rules", 0, "to"], value: [{ operation: { ports: ["443"] } }] }], expected: { status: 403 } },
    { claims: ["gateway-probe-ingress"], what: "nothing answers the probe", changes: [{ object: probe }], expected: { status: 404 } },
    { claims: ["gateway-unlisted-host", "gateway-foreign-host", "gateway-origin-host"], what: "the gateway takes every host", changes: [{ object: hosts, at: ["spec", "rules", 0, "to", 0, "operation", "hosts"], value: ["*"] }], expected: { status: 404 } },
    { claims: ["gateway-front-door", "gateway-port"], what: "the app has no route", changes: [{ object: "VirtualService echo/echo" }], expected: { status: 404 } },
    { claims: ["gateway-plain"], what: "the gateway speaks plain HTTP", changes: [{ object: gateway, at: ["spec", "servers", 0], value: { hosts: ["*.dev.example.com"], port: { name: "http", number: 443, protocol: "HTTP" } } }], expected: { status: 200 } },
    { claims: ["gateway-foreign-name"], what: "the gateway has a certificate for every name", changes: [{ object: gateway, at: ["spec", "servers", 0, "hosts"], value: ["*"] }], expected: { handshake: "made" } },
    { claims: ["gateway-tls-1.1"], what: "the gateway takes every version of TLS, and a cipher of the old ones", changes: [{ object: gateway, at: tls, value: oldTls }], expected: { handshake: "made", version: "TLSv1.1" } },
    { claims: ["gateway-tls-1.2"], what: "the gateway wants TLS 1.3", changes: [{ object: gateway, at: [...tls, "minProtocolVersion"], value: "TLSV1_3" }], expected: { handshake: "refused" } },
  ],
};
