import { Registration } from "../../../simulator/cloud";
import { Changes, registration, Row } from "./row";

const object = (type: string, name: string, spec: Changes, namespace = "default", after: readonly Registration[] = []): Registration =>
  registration(`kubernetes:${type}`, name, { metadata: { name, namespace }, spec }, {}, after);

const host = "echo.apps.svc.cluster.local";
const apps = registration("kubernetes:core/v1:Namespace", "apps", { metadata: { name: "apps", labels: { "istio-injection": "enabled" } } });
const plainApps = registration("kubernetes:core/v1:Namespace", "apps", { metadata: { name: "apps" } });
const inApps = (type: string, name: string, spec: Changes): Registration => object(type, name, spec, "apps", [apps]);
const container = { name: "echo", image: "echo:1" };

/** An app in a namespace that is all known: a Service and pods of two versions. */
const service = (ports: readonly Changes[]): Registration => inApps("core/v1:Service", "echo", { selector: { app: "echo" }, ports });
const pods = (version: string): Registration =>
  inApps("apps/v1:Deployment", `echo-${version}`, { selector: { matchLabels: { app: "echo", version } }, template: { metadata: { labels: { app: "echo", version } }, spec: { containers: [container] } } });
const http = { name: "http", port: 80 };
const world = [apps, service([http]), pods("v1"), pods("v2")];

const destination = (spec: Changes, name = "echo"): Registration => inApps("networking.istio.io/v1:DestinationRule", name, { host, ...spec });
const routes = (spec: Changes, name = "echo"): Registration => inApps("networking.istio.io/v1:VirtualService", name, { hosts: [host], http: [{ route: [{ destination: { host } }] }], ...spec });
const route = (more: Changes): Registration => routes({ http: [{ route: [{ destination: { host: "external.example.com" } }], ...more }] });
const leadingTo = (to: Changes): Registration => routes({ http: [{ route: [{ destination: { host, ...to } }] }] });
const subsets = (...names: string[]): Changes => ({ subsets: names.map((name) => ({ name, labels: { version: name } })) });
const server = { hosts: ["*.example.com"], port: { name: "http", number: 80, protocol: "HTTP" } };
const gateway = (name: string, more: Changes = {}): Registration => inApps("networking.istio.io/v1:Gateway", name, { selector: { istio: "ingress" }, servers: [{ ...server, ...more }] });
const otherPort = { name: "http-2", number: 81, protocol: "HTTP" };

const destinationRow = (id: string, refused: Changes, passes: Changes): Row => [id, [...world, destination(refused)], [...world, destination(passes)]];
/** Routes to a host outside, so that only the routes themselves are judged. */
const routeRow = (id: string, refused: Changes, passes: Changes): Row => [id, [apps, route(refused)], [apps, route(passes)]];
const worldRow = (id: string, refused: readonly Registration[], passes: readonly Registration[]): Row => [id, [...world, ...refused], [...world, ...passes]];
const mutual = { tls: { mode: "ISTIO_MUTUAL" } };
const match = (team: string): Changes => ({ match: [{ headers: { "x-team": { exact: team } } }], route: [{ destination: { host } }] });
const hostRoutes = (name: string, http: readonly Changes[], more: Changes = {}): Registration => routes({ hosts: ["app.example.com"], gateways: ["apps/door"], http, ...more }, name);

/** What Istio refuses of the objects about traffic, and what it accepts and then doesn't work. */
export const meshRows: readonly Row[] = [
  ["destination-rule-host", [apps, destination({ host: "" })], [apps, destination({ host: "example.com" })]],
  destinationRow("destination-rule-subset-taken", { subsets: [...[1, 2].map(() => ({ name: "v1", labels: { version: "v1" } }))] }, subsets("v1", "v2")),
  destinationRow("destination-rule-subset-name", { subsets: [{ name: "v1_0", labels: { version: "v1" } }] }, subsets("v1")),
  destinationRow("destination-rule-policy-empty", { trafficPolicy: {} }, { trafficPolicy: mutual }),
  destinationRow("destination-rule-duration", { trafficPolicy: { connectionPool: { tcp: { connectTimeout: "0s" } } } }, { trafficPolicy: { connectionPool: { tcp: { connectTimeout: "1ms" } } } }),
  destinationRow("destination-rule-certificates", { trafficPolicy: { tls: { mode: "ISTIO_MUTUAL", caCertificates: "/ca.crt" } } }, { trafficPolicy: mutual }),
  routeRow("virtual-service-weights", { route: [0, 0].map((weight) => ({ destination: { host: "example.com" }, weight })) }, { route: [0, 1].map((weight) => ({ destination: { host: "example.com" }, weight })) }),
  routeRow("virtual-service-duration", { timeout: "0s" }, { timeout: "1h30m" }),
  routeRow("virtual-service-retries", { retries: { attempts: 0, perTryTimeout: "1s" } }, { retries: { attempts: 0 } }),
  routeRow("virtual-service-retry-on", { retries: { attempts: 1, retryOn: "5xx,sometimes" } }, { retries: { attempts: 1, retryOn: "5xx,503" } }),
  routeRow("virtual-service-mirror-percent", { mirrorPercentage: { value: 101 } }, { mirrorPercentage: { value: 100 } }),
  routeRow("virtual-service-fault", { fault: {} }, { fault: { abort: { httpStatus: 503, percentage: { value: 0.1 } } } }),
  routeRow("virtual-service-empty-match", { match: [{ headers: { a: { prefix: "" } } }] }, { match: [{ headers: { a: { prefix: "b" } } }] }),
  ["virtual-service-mesh-host", [apps, routes({ hosts: ["*"], http: [{ redirect: { uri: "/" } }] })], [apps, routes({ hosts: ["*"], gateways: ["elsewhere/door"], http: [{ redirect: { uri: "/" } }] })]],
  worldRow("virtual-service-unreachable", [routes({ http: [match("a"), match("a")] })], [routes({ http: [match("a"), match("b"), { route: [{ destination: { host } }] }] })]),

  destinationRow("destination-rule-tls", { trafficPolicy: { tls: {} } }, {}),
  worldRow("destination-rule-subset-empty", [destination(subsets("v3"))], [destination(subsets("v1"))]),
  ["virtual-service-host-unknown", [apps, pods("v1"), routes({})], [...world, routes({})]],
  worldRow("virtual-service-subset-unknown", [leadingTo({ subset: "v1" })], [destination(subsets("v1")), leadingTo({ subset: "v1" })]),
  worldRow("virtual-service-port-unknown", [leadingTo({ port: { number: 8080 } })], [leadingTo({ port: { number: 80 } })]),
  worldRow("virtual-service-delegate-unknown", [routes({ http: [{ delegate: { name: "part" } }] })], [routes({ http: [{ delegate: { name: "part" } }] }), routes({ hosts: undefined }, "part")]),
  ["virtual-service-port-needed", [apps, pods("v1"), service([http, { name: "http-2", port: 81 }]), routes({})], [...world, routes({})]],
  ["virtual-service-http-on-tcp", [apps, pods("v1"), service([{ name: "tcp-redis", port: 80 }]), routes({})], [...world, routes({})]],
  worldRow("virtual-service-gateway-unknown", [hostRoutes("echo", [match("a")])], [gateway("door"), hostRoutes("echo", [match("a")])]),
  worldRow("virtual-service-host-outside-gateway", [gateway("door"), hostRoutes("echo", [match("a")], { hosts: ["app.example.org"] })], [gateway("door"), hostRoutes("echo", [match("a")])]),
  worldRow("virtual-service-mesh-host-taken", [routes({}), routes({}, "again")], [routes({}), routes({ hosts: ["other.example.com"] }, "again")]),
  worldRow("virtual-service-routes-collide", [gateway("door"), hostRoutes("echo", [match("a")]), hostRoutes("again", [{ ...match("a"), timeout: "1s" }])], [gateway("door"), hostRoutes("echo", [match("a")]), hostRoutes("again", [match("b")])]),
  ["gateway-conflict", [apps, gateway("door"), gateway("again", { port: { ...server.port, name: "again" } })], [apps, gateway("door"), gateway("again", { port: otherPort })]],
  ["gateway-port-name-shared", [apps, gateway("door"), gateway("again", { port: { ...server.port, number: 81 } })], [apps, gateway("door"), gateway("again", { port: otherPort })]],
  ["destination-rule-host-unknown", [apps, pods("v1"), destination({})], [...world, destination({})]],
  ["destination-rule-host-of-many", [apps, destination({ host: "*.local", trafficPolicy: mutual })], [apps, destination({ host: "*.example.com", trafficPolicy: mutual })]],
];

/** More that a rule finds: each level of a DestinationRule, and what is exempt. */
export const destinationTls: readonly (readonly [what: string, registrations: readonly Registration[], refused: boolean])[] = [
  ["no mode for a port", [...world, destination({ trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: {} }] } })], true],
  ["no mode for a subset", [...world, destination({ subsets: [{ name: "v1", labels: { version: "v1" }, trafficPolicy: { tls: {} } }] })], true],
  ["no mode for a subset's port", [...world, destination({ subsets: [{ name: "v1", labels: { version: "v1" }, trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: {} }] } }] })], true],
  ["DISABLE", [...world, destination({ trafficPolicy: { tls: { mode: "DISABLE" } } })], true],
  ["SIMPLE", [...world, destination({ trafficPolicy: { tls: { mode: "SIMPLE" } } })], true],
  ["DISABLE for a Service of another program", [apps, destination({ host: "echo.elsewhere.svc.cluster.local", trafficPolicy: { tls: { mode: "DISABLE" } } })], true],
  ["ISTIO_MUTUAL", [...world, destination({ trafficPolicy: mutual })], false],
  ["SIMPLE for a host outside", [apps, destination({ host: "api.example.com", trafficPolicy: { tls: { mode: "SIMPLE" } } })], false],
  ["DISABLE in a namespace without proxies", [plainApps, service([http]), destination({ trafficPolicy: { tls: { mode: "DISABLE" } } })], false],
];

/** Routes to a Service that a chart makes. */
export const routesToChart: readonly Registration[] = [
  apps,
  registration("kubernetes:helm.sh/v3:Release", "cache", { name: "cache", namespace: "apps", chart: "cache" }, {}, [apps]),
  routes({ http: [{ route: [{ destination: { host: "cache.apps.svc.cluster.local", port: { number: 80 } } }] }] }),
];

const elsewhere = { host: "example.com" };
const noTime = (path: string): Changes => path.split(".").reduceRight<Changes | string>((inner, key) => ({ [key]: inner }), "0s") as Changes;
const mirrored = (more: Changes): Registration => route({ route: [{ destination: elsewhere }], ...more });
const otherGateway = (selector: Changes): Registration => inApps("networking.istio.io/v1:Gateway", "again", { selector, servers: [{ ...server, port: { ...server.port, number: 81 } }] });
const doorLabels = { istio: "ingress", app: "door" };
const doorPods = inApps("apps/v1:Deployment", "door", { selector: { matchLabels: doorLabels }, template: { metadata: { labels: doorLabels }, spec: { containers: [container] } } });
const labelled = (type: string, spec: Changes): Registration => inApps(type, "labelled", spec);
const bad = { app: "a b" };

const connections = (kind: "tcp" | "tls", to: Changes): Registration => routes({ http: undefined, [kind]: [{ match: kind === "tls" ? [{ port: 80, sniHosts: [host] }] : [{ port: 80 }], route: [{ destination: { host, ...to } }] }] });

/** More that rules look at than one row each can show: the rule, what it sees, and whether it refuses that. */
export const furtherRows: readonly (readonly [id: string, what: string, registrations: readonly Registration[], refused: boolean])[] = [
  ...["*", "*.cluster.local", "*.svc.cluster.local", "*.apps.svc.cluster.local", "*local"].map((host) => ["destination-rule-host-of-many", host, [apps, destination({ host })], true] as const),
  ...["*.com", "*.example.local", "api.example.com"].map((host) => ["destination-rule-host-of-many", host, [apps, destination({ host })], false] as const),
  ...["interval", "baseEjectionTime"].map((key) => ["destination-rule-duration", key, [...world, destination({ trafficPolicy: { outlierDetection: { [key]: "0s" } } })], true] as const),
  ...(["tcp", "tls"] as const).flatMap((kind) => [
    ["virtual-service-host-unknown", kind, [...world, connections(kind, { host: "ecco.apps.svc.cluster.local" })], true] as const,
    ["virtual-service-subset-unknown", kind, [...world, connections(kind, { subset: "v1" })], true] as const,
    ["virtual-service-port-unknown", kind, [...world, connections(kind, { port: { number: 8080 } })], true] as const,
  ]),
  ["virtual-service-http-on-tcp", "a TCP route", [apps, pods("v1"), service([{ name: "tcp-redis", port: 80 }]), connections("tcp", {})], false],
  ["virtual-service-delegate-unknown", "one in another namespace", [...world, routes({ http: [{ delegate: { name: "part", namespace: "elsewhere" } }] })], false],
  ["virtual-service-delegate-unknown", "one that has hosts", [...world, routes({ http: [{ delegate: { name: "part" } }] }), routes({ hosts: ["other.example.com"] }, "part")], true],
  ...["timeout", "fault.delay.fixedDelay"].map((path) => ["virtual-service-duration", path, [apps, route(noTime(path))], true] as const),
  ["virtual-service-duration", "retries.perTryTimeout", [apps, route({ retries: { attempts: 1, perTryTimeout: "0s" } })], true],
  ["virtual-service-duration", "parts of a millisecond", [apps, route({ timeout: "1.5ms" })], true],
  ["virtual-service-fault", "a status below 200", [apps, route({ fault: { abort: { httpStatus: 199 } } })], true],
  ["virtual-service-fault", "a status above 600", [apps, route({ fault: { abort: { httpStatus: 601 } } })], true],
  ["virtual-service-fault", "more than all requests aborted", [apps, route({ fault: { abort: { httpStatus: 503, percentage: { value: 101 } } } })], true],
  ["virtual-service-fault", "less than none delayed", [apps, route({ fault: { delay: { fixedDelay: "1s", percentage: { value: -1 } } } })], true],
  ...["toString", "509", "5.5", "512"].map((word) => ["virtual-service-retry-on", word, [apps, route({ retries: { attempts: 1, retryOn: word } })], true] as const),
  ...["508", "421", "unavailable"].map((word) => ["virtual-service-retry-on", word, [apps, route({ retries: { attempts: 1, retryOn: word } })], false] as const),
  ["virtual-service-unreachable", "a route after one for every request", [...world, routes({ http: [{ route: [{ destination: { host } }] }, match("a")] })], true],
  ["virtual-service-host-unknown", "a mirror", [apps, pods("v1"), mirrored({ mirror: { host } })], true],
  ["virtual-service-host-unknown", "one of several mirrors", [apps, pods("v1"), mirrored({ mirrors: [{ destination: elsewhere }, { destination: { host } }] })], true],
  ["virtual-service-host-unknown", "mirrors that are there", [...world, mirrored({ mirror: { host }, mirrors: [{ destination: { host } }] })], false],
  ["virtual-service-routes-collide", "the same route of both", [...world, gateway("door"), hostRoutes("echo", [match("a")]), hostRoutes("again", [{ name: "by another name", ...match("a") }])], false],
  ["gateway-port-name-shared", "Gateways for the same pods", [apps, gateway("door"), otherGateway({ istio: "ingress" })], true],
  ["gateway-port-name-shared", "Gateways for some of the same pods", [...world, gateway("door"), otherGateway(doorLabels), doorPods], true],
  ["gateway-port-name-shared", "Gateways for other pods", [apps, gateway("door"), otherGateway({ istio: "other" })], false],
  ["kubernetes-label", "a Service's selector", [apps, labelled("core/v1:Service", { selector: bad, ports: [http] })], true],
  ["kubernetes-label", "a policy's selector", [apps, labelled("security.istio.io/v1:AuthorizationPolicy", { selector: { matchLabels: bad }, rules: [{}] })], true],
  ["kubernetes-label", "a network policy's pods", [apps, labelled("networking.k8s.io/v1:NetworkPolicy", { podSelector: { matchLabels: bad }, policyTypes: ["Ingress"] })], true],
  ["kubernetes-label", "a network policy's callers", [apps, labelled("networking.k8s.io/v1:NetworkPolicy", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [{ podSelector: { matchLabels: bad } }] }] })], true],
  ["kubernetes-label", "whom a network policy lets call", [apps, labelled("networking.k8s.io/v1:NetworkPolicy", { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ namespaceSelector: { matchLabels: { "a b": "c" } } }] }] })], true],
  ["kubernetes-label", "a network policy that is well", [apps, labelled("networking.k8s.io/v1:NetworkPolicy", { podSelector: { matchLabels: { app: "a" } }, policyTypes: ["Egress"], egress: [{ to: [{ podSelector: { matchLabels: { app: "" } } }] }] })], false],
];
