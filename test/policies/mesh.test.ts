import * as assert from "node:assert/strict";
import { mesh } from "../../policies/mesh";
import { Plan } from "../../simulator/engine/plan";
import { Properties, UNKNOWN } from "../../simulator/engine/values";
import { istioWorld } from "../../simulator/kubernetes/istioWorld";
import { rules } from "../../simulator/rules";
import { without, withAdded, withChange } from "../support/changePlan";
import { environmentPlan } from "../support/plans";
import { found, PolicyRow, testPolicies } from "./rows";

const istio = (kind: string): string => `kubernetes:${["PeerAuthentication", "RequestAuthentication", "AuthorizationPolicy"].includes(kind) ? "security" : "networking"}.istio.io/v1:${kind}`;
const filterType = "kubernetes:networking.istio.io/v1alpha3:EnvoyFilter";
const echoService = { type: "kubernetes:core/v1:Service", name: "echo-service" };
const echoHosts = { type: istio("VirtualService"), name: "echo-hosts" };
const probe = { type: istio("VirtualService"), name: "ingress-probe" };
const server = { type: "kubernetes:apps/v1:Deployment", name: "echo-server" };
const istiod = { type: "kubernetes:helm.sh/v3:Release", name: "istio-istiod" };
const strict = istio("PeerAuthentication");
const denyAll = { type: istio("AuthorizationPolicy"), name: "mesh-security-deny-all" };
const echoAccess = { type: istio("AuthorizationPolicy"), name: "echo-access-mesh" };
const echoSignIn = { type: istio("AuthorizationPolicy"), name: "echo-sign-in-required" };
const check = { type: istio("AuthorizationPolicy"), name: "sign-in-private.prod.example.com-check" };
const tokens = istio("RequestAuthentication");
const gateway = istio("Gateway");
const certificate = "kubernetes:cert-manager.io/v1:Certificate";
const blobs = { type: istio("ServiceEntry"), name: "kayenta-egress-blobs" };
const redisAccess = { type: istio("AuthorizationPolicy"), name: "kayenta-redis-access-mesh" };
const reason = { "delivery-platform/reason": "for the test" };
const echo = "echo.echo.svc.cluster.local";
const mutual = { trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" } } };

const inEcho = (name: string): Properties => ({ name, namespace: "echo" });
const added = (plan: Plan, kind: string, spec: Properties, metadata: Properties = inEcho("added")): Plan => withAdded(plan, istio(kind), "added", { metadata, spec });
const destination = (plan: Plan, spec: Properties): Plan => added(plan, "DestinationRule", { host: echo, ...spec });
const routed = (plan: Plan, to: Properties): Plan => withChange(plan, echoHosts, "spec.http.0.route.0.destination", { host: echo, port: { number: 80 }, ...to });
const filter = (plan: Plan, patch: Properties, more: Properties = { workloadSelector: { labels: { app: "echo" } } }): Plan =>
  withAdded(plan, filterType, "added", { metadata: inEcho("added"), spec: { ...more, configPatches: [{ applyTo: "HTTP_FILTER", patch: { operation: "ADD", value: { name: "own", typed_config: { "@type": "type.googleapis.com/x.v3.Y" } } }, ...patch }] } });
const allows = (plan: Plan, rules: readonly Properties[], metadata: Properties = inEcho("added")): Plan => added(plan, "AuthorizationPolicy", { selector: { matchLabels: { app: "echo" } }, action: "ALLOW", rules }, metadata);
const from = (source: Properties): Properties => ({ from: [{ source }] });
const connections = (plan: Plan, kind: "tcp" | "tls", to: Properties): Plan => added(plan, "VirtualService", { hosts: [echo], [kind]: [{ match: [{ port: 80 }], route: [{ destination: { host: echo, port: { number: 80 }, ...to } }] }] });
const delegated = (plan: Plan, name: string): Plan => added(withChange(plan, echoHosts, "spec.http.0", { delegate: { name } }), "VirtualService", { http: [{ route: [{ destination: { host: echo, port: { number: 80 } } }] }] });
const annotated = (plan: Plan, annotations: Properties): Plan => withChange(plan, server, "spec.template.metadata.annotations", annotations);
const past = "traffic.sidecar.istio.io";
const bare = (plan: Plan, inject: string): Plan => withAdded(plan, "kubernetes:core/v1:Pod", "bare", { metadata: { ...inEcho("bare"), labels: { app: "bare", "sidecar.istio.io/inject": inject } }, spec: { containers: [] } });
const scheduled = (plan: Plan, inject: string): Plan =>
  withAdded(plan, "kubernetes:batch/v1:CronJob", "scheduled", { metadata: inEcho("scheduled"), spec: { jobTemplate: { spec: { template: { metadata: { labels: { "sidecar.istio.io/inject": inject } }, spec: { containers: [] } } } } } });
const doorAgain = (plan: Plan, server: Properties): Plan => withChange(secondDoor(plan, server), { name: "added" }, "spec.selector", { istio: "ingress" });
const secondDoor = (plan: Plan, server: Properties): Plan =>
  added(plan, "Gateway", { selector: { app: "istio-ingress", istio: "ingress" }, servers: [{ hosts: ["*.other.example.com"], port: { name: "https-other", number: 443, protocol: "HTTPS" }, tls: { mode: "SIMPLE", credentialName: "front-door-certificate" }, ...server }] }, { name: "second", namespace: "istio-ingress" });
const secondRoutes = (plan: Plan, more: Properties): Plan => added(plan, "VirtualService", { hosts: ["echo.prod.example.com"], gateways: ["istio-ingress/front-door"], http: [{ name: "again", route: [{ destination: { host: echo, port: { number: 80 } } }], ...more }] });
const insideRoutes = (plan: Plan, name: string): Plan => withAdded(plan, istio("VirtualService"), name, { metadata: inEcho(name), spec: { hosts: [echo], http: [{ route: [{ destination: { host: echo, port: { number: 80 } } }] }] } });
const subset = (plan: Plan, labels: Properties): Plan => destination(plan, { subsets: [{ name: "v1", labels }] });
const inRoot = (plan: Plan, labels: Properties): Plan => added(plan, "AuthorizationPolicy", { selector: { matchLabels: labels }, action: "DENY", rules: [{ to: [{ operation: { ports: ["9"] } }] }] }, { name: "added", namespace: "istio-system" });
const entry = (plan: Plan, host: string, more: Properties = {}, annotations: Properties = {}): Plan => added(plan, "ServiceEntry", { hosts: [host], exportTo: ["."], location: "MESH_EXTERNAL", ports: [{ name: "tls", number: 443, protocol: "TLS" }], resolution: "DNS", ...more }, { ...inEcho("added"), annotations });

const rows: readonly PolicyRow[] = [
  { policy: "mesh-strict-mtls", at: "istio-istiod", fails: (plan) => without(plan, strict) },
  { policy: "mesh-strict-mtls", at: "istio-istiod", fails: (plan) => withChange(plan, strict, "spec.selector", { matchLabels: { app: "istiod" } }), passes: (plan) => withChange(plan, strict, "spec.mtls.mode", UNKNOWN) },
  { policy: "namespace-permissive", at: "added", fails: (plan) => added(plan, "PeerAuthentication", { mtls: { mode: "PERMISSIVE" } }), passes: (plan) => added(plan, "PeerAuthentication", { mtls: { mode: "PERMISSIVE" } }, { ...inEcho("added"), annotations: reason }) },
  { policy: "namespace-permissive", at: "added", fails: (plan) => added(plan, "PeerAuthentication", { selector: { matchLabels: { app: "echo" } }, portLevelMtls: { 8080: { mode: "PERMISSIVE" } } }), passes: (plan) => added(plan, "PeerAuthentication", { mtls: { mode: "STRICT" } }) },
  { policy: "namespace-permissive", at: "added", fails: (plan) => added(plan, "PeerAuthentication", { mtls: { mode: "PERMISSIVE" } }, { ...inEcho("added"), annotations: { "delivery-platform/reason": " " } }), passes: (plan) => added(plan, "PeerAuthentication", { mtls: { mode: "PERMISSIVE" } }, { ...inEcho("added"), annotations: { "delivery-platform/reason": UNKNOWN } }) },
  { policy: "mutual-tls-disabled", at: "added", fails: (plan) => added(plan, "PeerAuthentication", { mtls: { mode: "DISABLE" } }, { ...inEcho("added"), annotations: reason }), passes: (plan) => added(plan, "PeerAuthentication", { mtls: { mode: "UNSET" } }) },
  { policy: "mutual-tls-disabled", at: "istio-istiod", fails: (plan) => withChange(plan, istiod, "values.meshConfig.enableAutoMtls", false), passes: (plan) => withChange(plan, istiod, "values.meshConfig.enableAutoMtls", true) },
  { policy: "mesh-policy-without-proxies", at: "added", fails: (plan) => added(plan, "PeerAuthentication", { mtls: { mode: "STRICT" } }, { name: "added", namespace: "cert-manager" }), passes: (plan) => added(plan, "PeerAuthentication", { mtls: { mode: "STRICT" } }, { name: "added", namespace: "kayenta" }) },
  { policy: "mesh-deny-all", at: "istio-istiod", fails: (plan) => without(plan, denyAll) },
  { policy: "mesh-deny-all", at: "istio-istiod", fails: (plan) => withChange(withChange(plan, denyAll, "spec.rules", [{}]), denyAll, "metadata.annotations", reason) },
  { policy: "authorization-lets-everyone-in", at: "added", fails: (plan) => allows(plan, [{}]), passes: (plan) => allows(plan, [{}], { ...inEcho("added"), annotations: reason }) },
  { policy: "authorization-lets-everyone-in", at: "added", fails: (plan) => allows(plan, [{ from: [{ source: { principals: ["*"] } }] }]), passes: (plan) => allows(plan, [{ from: [{ source: { principals: ["*"], namespaces: ["kayenta"] } }] }]) },
  { policy: "authorization-lets-everyone-in", at: "added", fails: (plan) => allows(plan, [{ to: [{ operation: { paths: ["/status"] } }] }]), passes: (plan) => allows(plan, [{ from: [{ source: { requestPrincipals: ["*"] } }] }]) },
  ...["cluster.local/*", "cluster.local/ns/*"].map((everyone): PolicyRow => ({ policy: "authorization-lets-everyone-in", at: "added", fails: (plan) => allows(plan, [from({ principals: [everyone] })]), passes: (plan) => allows(plan, [from({ principals: ["cluster.local/ns/kayenta/*"] })]) })),
  { policy: "authorization-lets-everyone-in", at: "added", fails: (plan) => allows(plan, [from({ ipBlocks: ["0.0.0.0/1", "128.0.0.0/1"] })]), passes: (plan) => allows(plan, [from({ ipBlocks: ["10.0.0.0/8", "192.168.0.0/16"] })]) },
  { policy: "authorization-lets-everyone-in", at: "added", fails: (plan) => allows(plan, [from({ remoteIpBlocks: ["2000::/3"] })]), passes: (plan) => allows(plan, [from({ remoteIpBlocks: ["fd00::/8"] })]) },
  { policy: "authorization-lets-everyone-in", at: "added", fails: (plan) => allows(plan, [from({ notNamespaces: ["kayenta"] })]), passes: (plan) => allows(plan, [from({ notNamespaces: ["kayenta"], principals: ["cluster.local/ns/echo/sa/echo"] })]) },
  { policy: "authorization-lets-everyone-in", at: "ingress-hosts", fails: (plan) => withChange(plan, { type: istio("AuthorizationPolicy"), name: "ingress-hosts" }, "metadata.annotations", undefined) },
  { policy: "request-authentication-unenforced", at: "echo-sign-in-tokens", fails: (plan) => without(plan, echoSignIn) },
  { policy: "request-authentication-unenforced", at: "echo-sign-in-tokens", fails: (plan) => withChange(plan, echoSignIn, "spec.rules.0.from", undefined), passes: (plan) => withChange(plan, echoSignIn, "spec.selector", undefined) },
  { policy: "request-authentication-audiences", at: "echo-sign-in-tokens", fails: (plan) => withChange(plan, tokens, "spec.jwtRules.0.audiences", undefined) },
  { policy: "authorization-http-on-tcp", at: "kayenta-redis-access-mesh", fails: (plan) => withChange(plan, redisAccess, "spec.rules.0.to.0.operation.methods", ["GET"]) },
  { policy: "authorization-http-on-tcp", at: "kayenta-redis-access-mesh", fails: (plan) => withChange(plan, redisAccess, "spec.rules.0", { when: [{ key: "request.headers[x-team]", values: ["a"] }] }), passes: (plan) => withChange(plan, redisAccess, "spec.rules.0", { when: [{ key: "source.namespace", values: ["kayenta"] }] }) },
  { policy: "authorization-provider-unknown", at: check.name, fails: (plan) => withChange(plan, check, "spec.provider.name", "other") },
  { policy: "authorization-provider-unknown", at: check.name, fails: (plan) => withChange(plan, istiod, "values.meshConfig.extensionProviders", undefined), passes: (plan) => withChange(plan, istiod, "values.meshConfig.extensionProviders", UNKNOWN) },
  { policy: "extension-provider-unknown", at: "istio-istiod", fails: (plan) => withChange(plan, istiod, "values.meshConfig.extensionProviders.0.envoyExtAuthzHttp.port", 4180) },
  { policy: "extension-provider-unknown", at: "istio-istiod", fails: (plan) => withChange(plan, istiod, "values.meshConfig.extensionProviders.0.envoyExtAuthzHttp.service", "proxy.oauth2-proxy.svc.cluster.local") },
  { policy: "gateway-selector-unmatched", at: "added", fails: (plan) => withChange(secondDoor(plan, {}), { name: "added" }, "spec.selector", { istio: "ingressgateway" }), passes: (plan) => withChange(plan, gateway, "spec.selector", { istio: "ingress" }) },
  { policy: "gateway-credential-missing", at: "ingress-https", fails: (plan) => without(plan, certificate) },
  { policy: "gateway-credential-missing", at: "added", fails: (plan) => secondDoor(plan, { tls: { mode: "SIMPLE", credentialNames: ["front-door-certificate", "missing"] } }), passes: (plan) => secondDoor(plan, { tls: { mode: "SIMPLE", credentialNames: ["front-door-certificate"] } }) },
  { policy: "gateway-credential-missing", at: "ingress-https", fails: (plan) => withChange(plan, certificate, "metadata.namespace", "istio-system"), passes: (plan) => withAdded(without(plan, certificate), "kubernetes:core/v1:Secret", "given", { metadata: { name: "front-door-certificate", namespace: "istio-ingress" } }) },
  {
    policy: "gateway-plain-text",
    at: "added",
    fails: (plan) => secondDoor(plan, { port: { name: "http", number: 80, protocol: "HTTP" }, tls: undefined }),
    passes: (plan) => secondDoor(plan, { port: { name: "http", number: 80, protocol: "HTTP" }, tls: { httpsRedirect: true } }),
  },
  { policy: "service-port-protocol", at: "echo-service", fails: (plan) => withChange(plan, echoService, "spec.ports.0.name", "web"), passes: (plan) => withChange(withChange(plan, echoService, "spec.ports.0.name", "web"), echoService, "spec.ports.0.appProtocol", "http") },
  { policy: "service-port-protocol", at: "echo-service", fails: (plan) => withChange(plan, echoService, "spec.ports.0.name", undefined) },
  { policy: "service-without-pods", at: "echo-service", fails: (plan) => withChange(plan, echoService, "spec.selector", { app: "ecco" }) },
  { policy: "mesh-selector-unmatched", at: "added", fails: (plan) => inRoot(plan, { app: "ecco" }), passes: (plan) => inRoot(plan, { app: "echo" }) },
  { policy: "mesh-selector-unmatched", at: "echo-access-mesh", fails: (plan) => withChange(plan, echoAccess, "spec.selector.matchLabels.app", "ecco") },
  { policy: "mesh-selector-unmatched", at: "added", fails: (plan) => filter(plan, {}, { workloadSelector: { labels: { app: "ecco" } } }), passes: (plan) => filter(plan, {}) },
  { policy: "pod-without-proxy", at: "echo-server", fails: (plan) => withChange(plan, server, "spec.template.metadata.labels", { app: "echo", "sidecar.istio.io/inject": "false" }), passes: (plan) => withChange(plan, server, "spec.template.metadata.labels", { app: "echo", "sidecar.istio.io/inject": "true" }) },
  { policy: "pod-without-proxy", at: "echo-server", fails: (plan) => withChange(plan, server, "spec.template.metadata.annotations", { "sidecar.istio.io/inject": "false" }), passes: (plan) => withChange(plan, server, "spec.template.metadata.annotations", { "sidecar.istio.io/inject": "true" }) },
  { policy: "pod-without-proxy", at: "bare", fails: (plan) => bare(plan, "false"), passes: (plan) => bare(plan, "true") },
  { policy: "pod-without-proxy", at: "scheduled", fails: (plan) => scheduled(plan, "false"), passes: (plan) => scheduled(plan, "true") },
  ...[["excludeInboundPorts", "8080", ""], ["excludeOutboundIPRanges", "10.0.0.0/8", ""], ["includeOutboundIPRanges", "", "*"]].map(([name, led = "", taken]): PolicyRow => ({ policy: "traffic-past-proxy", at: "echo-server", fails: (plan) => annotated(plan, { [`${past}/${name}`]: led }), passes: (plan) => annotated(plan, { [`${past}/${name}`]: taken }) })),
  { policy: "traffic-past-proxy", at: "echo-server", fails: (plan) => annotated(plan, { [`${past}/excludeInboundPorts`]: "8080" }), passes: (plan) => annotated(plan, { [`${past}/excludeInboundPorts`]: "8080", ...reason }) },
  { policy: "egress-registry-only", at: "istio-istiod", fails: (plan) => withChange(plan, istiod, "values.meshConfig.outboundTrafficPolicy", undefined) },
  { policy: "egress-registry-only", at: "added", fails: (plan) => added(plan, "Sidecar", { outboundTrafficPolicy: { mode: "ALLOW_ANY" } }), passes: (plan) => added(plan, "Sidecar", { outboundTrafficPolicy: {} }) },
  { policy: "egress-host-unknown", at: "echo-hosts", fails: (plan) => routed(plan, { host: "api.partner.example", port: { number: 443 } }), passes: (plan) => entry(routed(plan, { host: "api.partner.example", port: { number: 443 } }), "*.partner.example", { resolution: "NONE" }) },
  { policy: "egress-host-unknown", at: "echo-hosts", fails: (plan) => withChange(plan, echoHosts, "spec.http.0.mirror", { host: "stacmeprodkayenta32bcab.blob.core.windows.net" }), passes: (plan) => entry(withChange(plan, echoHosts, "spec.http.0.mirror", { host: "mirror.partner.example" }), "mirror.partner.example") },
  { policy: "service-entry-wide", at: "added", fails: (plan) => entry(plan, "*.blob.core.windows.net", { resolution: "NONE" }), passes: (plan) => entry(plan, "*.blob.core.windows.net", { resolution: "NONE" }, reason) },
  { policy: "service-entry-wide", at: "added", fails: (plan) => entry(plan, "*.com", { resolution: "NONE" }), passes: (plan) => entry(plan, "*.partner.com", { resolution: "NONE" }) },
  ...[echo, "*.echo.svc.cluster.local", "*.local"].map((host): PolicyRow => ({ policy: "service-entry-mesh-host", at: "added", fails: (plan) => entry(plan, host, { resolution: "NONE" }, reason), passes: (plan) => entry(plan, host, { location: "MESH_INTERNAL", resolution: "NONE" }, reason) })),
  { policy: "service-entry-exported", at: blobs.name, fails: (plan) => withChange(plan, blobs, "spec.exportTo", undefined), passes: (plan) => withChange(plan, blobs, "spec.exportTo", ["kayenta"]) },

  { policy: "destination-rule-tls", at: "added", fails: (plan) => destination(plan, { trafficPolicy: { tls: {} } }), passes: (plan) => destination(plan, mutual) },
  { policy: "destination-rule-tls", at: "added", fails: (plan) => destination(plan, { trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: "SIMPLE" } }] } }), passes: (plan) => destination(plan, { host: "api.example.com", trafficPolicy: { tls: { mode: "SIMPLE" } } }) },
  { policy: "destination-rule-host-of-many", at: "added", fails: (plan) => destination(plan, { host: "*.local" }), passes: (plan) => destination(plan, {}) },
  { policy: "destination-rule-host-unknown", at: "added", fails: (plan) => destination(plan, { host: "ecco.echo.svc.cluster.local" }), passes: (plan) => destination(plan, {}) },
  { policy: "destination-rule-subset-empty", at: "added", fails: (plan) => subset(plan, { version: "v2" }), passes: (plan) => subset(plan, { app: "echo" }) },
  { policy: "virtual-service-host-unknown", at: "echo-hosts", fails: (plan) => routed(plan, { host: "ecco.echo.svc.cluster.local" }) },
  { policy: "virtual-service-subset-unknown", at: "echo-hosts", fails: (plan) => routed(plan, { subset: "v1" }), passes: (plan) => subset(routed(plan, { subset: "v1" }), { app: "echo" }) },
  { policy: "virtual-service-port-unknown", at: "echo-hosts", fails: (plan) => routed(plan, { port: { number: 8080 } }) },
  ...(["tcp", "tls"] as const).flatMap((kind): PolicyRow[] => [
    { policy: "virtual-service-host-unknown", at: "added", fails: (plan) => connections(plan, kind, { host: "ecco.echo.svc.cluster.local" }), passes: (plan) => connections(plan, kind, {}) },
    { policy: "virtual-service-subset-unknown", at: "added", fails: (plan) => connections(plan, kind, { subset: "v1" }) },
  ]),
  { policy: "virtual-service-delegate-unknown", at: "echo-hosts", fails: (plan) => delegated(plan, "part"), passes: (plan) => delegated(plan, "added") },
  { policy: "virtual-service-port-needed", at: probe.name, fails: (plan) => withChange(plan, probe, "spec.http.0.route.0.destination.port", undefined) },
  { policy: "virtual-service-http-on-tcp", at: "echo-hosts", fails: (plan) => withChange(without(without(withChange(plan, echoAccess, "spec.rules.0.to.0.operation.hosts", undefined), echoSignIn), tokens), echoService, "spec.ports.0.name", "tcp-echo") },
  { policy: "virtual-service-gateway-unknown", at: "echo-hosts", fails: (plan) => withChange(plan, echoHosts, "spec.gateways.0", "istio-ingress/back-door") },
  { policy: "virtual-service-host-outside-gateway", at: "echo-hosts", fails: (plan) => withChange(plan, echoHosts, "spec.hosts.0", "echo.example.org"), passes: (plan) => withChange(plan, echoHosts, "spec.hosts.0", "other.prod.example.com") },
  { policy: "virtual-service-mesh-host-taken", at: "second", fails: (plan) => insideRoutes(insideRoutes(plan, "first"), "second"), passes: (plan) => insideRoutes(plan, "first") },
  { policy: "virtual-service-routes-collide", at: "added", fails: (plan) => withChange(secondRoutes(plan, {}), { name: "added" }, "spec.http.0.timeout", "1s"), passes: (plan) => secondRoutes(plan, { match: [{ uri: { prefix: "/more" } }] }) },
  { policy: "gateway-conflict", at: "added", fails: (plan) => secondDoor(plan, { hosts: ["*.prod.example.com"] }), passes: (plan) => secondDoor(plan, {}) },
  { policy: "gateway-port-name-shared", at: "added", fails: (plan) => secondDoor(plan, { port: { name: "https", number: 443, protocol: "HTTPS" } }), passes: (plan) => secondDoor(plan, {}) },
  { policy: "gateway-conflict", at: "added", fails: (plan) => doorAgain(plan, { hosts: ["*.prod.example.com"] }), passes: (plan) => doorAgain(plan, {}) },
  { policy: "gateway-port-name-shared", at: "added", fails: (plan) => doorAgain(plan, { port: { name: "https", number: 443, protocol: "HTTPS" } }), passes: (plan) => doorAgain(plan, {}) },
  { policy: "envoy-filter-old-name", at: "added", fails: (plan) => filter(plan, { match: { listener: { filterChain: { filter: { name: "envoy.http_connection_manager" } } } } }), passes: (plan) => filter(plan, { match: { listener: { filterChain: { filter: { name: "envoy.filters.network.http_connection_manager" } } } } }) },
  { policy: "envoy-filter-typed-config", at: "added", fails: (plan) => filter(plan, { patch: { operation: "ADD", value: { name: "own", config: {} } } }), passes: (plan) => filter(plan, {}) },
  { policy: "envoy-filter-proxy-version-pinned", at: "added", fails: (plan) => filter(plan, { match: { proxy: { proxyVersion: "^1\\.31.*" } } }), passes: (plan) => filter(plan, {}) },
  { policy: "envoy-filter-selector", at: "added", fails: (plan) => filter(plan, {}, {}), passes: (plan) => filter(plan, {}) },
];

describe("policies of the mesh", function () {
  this.timeout(120_000);
  testPolicies(mesh, rows);

  it("have every rule that the embedded cloud judges the finished world by", () => {
    const ids = [...rules.filter(({ atEnd }) => atEnd), ...istioWorld].map(({ id }) => id);
    assert.deepEqual(ids.filter((id) => !mesh.some((policy) => policy.id === id)), []);
  });

  it("say nothing of a namespace with a chart that nobody declares", async () => {
    const plan = withChange(await environmentPlan("prod", "up"), echoService, "spec.selector", { app: "ecco" });
    const opaque = withAdded(plan, "kubernetes:helm.sh/v3:Release", "own", { name: "own", namespace: "echo", chart: "own", version: "1.0.0" });
    assert.deepEqual(found(opaque, mesh), []);
  });

  it("say nothing of pods, Services and Secrets whose labels or names are not known yet", async () => {
    const plan = await environmentPlan("prod", "preview");
    assert.deepEqual(found(withChange(plan, server, "spec.template.metadata.labels.app", UNKNOWN), mesh), []);
    assert.deepEqual(found(withChange(plan, echoService, "metadata.name", UNKNOWN), mesh), []);
    assert.deepEqual(found(withChange(plan, certificate, "spec.secretName", UNKNOWN), mesh), []);
    assert.deepEqual(found(withChange(plan, echoSignIn, "spec.rules", UNKNOWN), mesh), []);
  });

  it("take a namespace of a revision's label for one of the mesh", async () => {
    const plan = withChange(await environmentPlan("prod", "up"), { type: "kubernetes:core/v1:Namespace", name: "echo-namespace" }, "metadata.labels", { "istio.io/rev": "stable" });
    assert.deepEqual(found(plan, mesh), []);
    assert.deepEqual(found(destination(plan, { trafficPolicy: { tls: { mode: "DISABLE" } } }), mesh), ["destination-rule-tls at added"]);
  });
});
