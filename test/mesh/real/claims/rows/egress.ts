import { Chapter, Claim, Expected } from "../claim";
import { http, Sent } from "../questions/http";
import { line } from "../questions/line";
import { World } from "../world";

const entry = (name: string): string => `ServiceEntry front/front-egress-${name}`;
const from = "front-v1-0";

const row = (id: string, claims: string, text: string, sent: Omit<Sent, "from"> | ((world: World) => Omit<Sent, "from">), expected: Expected, restsOn: readonly string[], caller = from): Claim => ({
  id: `egress-${id}`,
  claims,
  question: http(`${caller.replace(/-v1-0$/, "")} → ${text}`, (world) => ({ from: caller, ...(typeof sent === "function" ? sent(world) : sent) })),
  expected,
  restsOn,
});

const get = (url: string): readonly [string, Omit<Sent, "from">] => [`GET ${url}`, { url }];

/** A request that names one host in its handshake and goes to the address of another. */
const lying = (host: string): readonly [string, (world: World) => Omit<Sent, "from">] => [
  `GET https://${host}/, to the address of elsewhere.example`,
  (world) => ({ url: `https://${host}/`, to: { host: world.place("elsewhere").address, port: 443 } }),
];

const mesh = "ConfigMap istio-system/istio";
/** What the platform does not say. */
const anyHost = { outboundTrafficPolicy: { mode: "ALLOW_ANY" } };
const port = (name: string, number: number): object => ({ name: `${name}-${number}`, number, protocol: name.toUpperCase() });

/** What pods may call outside of the cluster. Which pods of a namespace, which ports and which addresses is the network's to say, and no network policy acts here. */
export const egressRows: Chapter = {
  title: "Calls out of the mesh",
  claims: [
    row("listed", "a host that is listed is reached, by the TLS that the app speaks", ...get("https://api.bank.example/"), { status: 200, pod: "bank" }, [entry("bank")]),
    row("unlisted", "a host that is not has the connection ended", ...get("https://elsewhere.example/"), { status: "closed" }, [mesh]),
    row("unlisted-address", "so has an address", "GET https://<address of elsewhere.example>/", (world) => ({ url: `https://${world.place("elsewhere").address}/` }), { status: "closed" }, [mesh]),
    row("unlisted-http", "over HTTP it is answered 502", ...get("http://elsewhere.example/"), { status: 502, pod: undefined }, [mesh]),
    row("listed-http", "a host with a port of HTTP is reached there", ...get("http://news.example/"), { status: 200, pod: "bank" }, [entry("news")]),
    row("other-port", "and not on another port", ...get("https://news.example/"), { status: "closed" }, [entry("news")]),
    row("other-namespace", "another namespace does not know the host", ...get("https://api.bank.example/"), { status: "closed" }, [entry("bank")], "stranger-v1-0"),
    row("lie", "a pod that names a listed host, and means another's address, gets the listed host", ...lying("api.bank.example"), { status: 200, pod: "bank" }, [entry("bank")]),
    row("star", "a host below a star is reached", ...get("https://one.pictures.example/"), { status: 200, pod: "supplier" }, [entry("pictures")]),
    row("star-lie", "there the name is the app's word alone: a pod that lies reaches any address on that port", ...lying("one.pictures.example"), { status: 200, pod: "elsewhere" }, [entry("pictures")]),
    row("dynamic", "a host below a star that the proxy asks DNS for is reached", ...get("https://one.suppliers.example/"), { status: 200, pod: "supplier" }, [entry("suppliers"), "AuthorizationPolicy front/front-egress-suppliers"]),
    row("dynamic-lie", "and there a pod that lies gets the host that it named", ...lying("one.suppliers.example"), { status: 200, pod: "supplier" }, [entry("suppliers")]),
    row("dynamic-bare", "the domain below the star is not among its hosts", ...get("https://suppliers.example/"), { status: "closed" }, [entry("suppliers")]),
    { id: "egress-tcp", claims: "plain TCP is let out to the addresses that are given", question: line("front → ledger.db.example:5432, TCP", from, () => ({ host: "ledger.db.example", port: 5432 })), expected: { line: "ledger" }, restsOn: [entry("ledger")] },
    { id: "egress-tcp-other", claims: "and to no other on that port", question: line("front → <address of elsewhere.example>:5432, TCP", from, (world) => ({ host: world.place("elsewhere").address, port: 5432 })), expected: { line: "closed" }, restsOn: [mesh] },
  ],
  mutations: [
    { claims: ["egress-listed"], what: "the host is not listed", changes: [{ object: entry("bank") }], expected: { status: "closed" } },
    { claims: ["egress-unlisted", "egress-unlisted-address", "egress-unlisted-http"], what: "the mesh lets out to every host", changes: [], mesh: anyHost, expected: { status: 200, pod: "elsewhere" } },
    { claims: ["egress-tcp-other"], what: "the mesh lets out to every address", changes: [], mesh: anyHost, expected: { line: "elsewhere" } },
    { claims: ["egress-other-namespace"], what: "every namespace knows the host", changes: [{ object: entry("bank"), at: ["spec", "exportTo"], value: ["*"] }], expected: { status: 200, pod: "bank" } },
    { claims: ["egress-lie"], what: "the proxy believes the address", changes: [{ object: entry("bank"), at: ["spec", "resolution"], value: "NONE" }], expected: { status: 200, pod: "elsewhere" } },
    { claims: ["egress-listed-http"], what: "the port is another", changes: [{ object: entry("news"), at: ["spec", "ports", 0, "number"], value: 8080 }], expected: { status: 502 } },
    { claims: ["egress-other-port"], what: "the other port is listed", changes: [{ object: entry("news"), at: ["spec", "ports"], value: [port("tls", 443)] }], expected: { status: 200, pod: "bank" } },
    { claims: ["egress-star", "egress-star-lie"], what: "the star is below another domain", changes: [{ object: entry("pictures"), at: ["spec", "hosts"], value: ["*.painters.example"] }], expected: { status: "closed" } },
    { claims: ["egress-dynamic-lie"], what: "the proxy believes the address", changes: [{ object: entry("suppliers"), at: ["spec", "resolution"], value: "NONE" }], expected: { status: 200, pod: "elsewhere" } },
    { claims: ["egress-dynamic"], what: "no policy allows it", changes: [{ object: "AuthorizationPolicy front/front-egress-suppliers" }], expected: { status: "closed" } },
    {
      claims: ["egress-dynamic-bare"],
      what: "the bare domain is listed",
      changes: [{ object: entry("suppliers"), at: ["spec"], value: { exportTo: ["."], hosts: ["suppliers.example"], location: "MESH_EXTERNAL", ports: [port("tls", 443)], resolution: "DNS" } }],
      expected: { status: 200, pod: "supplier" },
    },
    { claims: ["egress-tcp"], what: "the address is another", changes: [{ object: entry("ledger"), at: ["spec", "addresses"], value: ["198.51.100.8"] }], expected: { line: "closed" } },
  ],
};
