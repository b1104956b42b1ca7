import { Registration } from "../../../simulator/cloud";
import { Changes, registration, Row } from "./row";

const object = (type: string, inputs: Changes, changes: Changes = {}, name = "it", after: readonly Registration[] = []): Registration =>
  registration(`kubernetes:${type}`, name, { metadata: { name, namespace: "default" }, ...inputs }, changes, after);
const namespace = (name = "apps", changes: Changes = {}): Registration => registration("kubernetes:core/v1:Namespace", `namespace-${name}`, { metadata: { name } }, changes);
const configMap = (changes: Changes = {}, name = "it", after: readonly Registration[] = []): Registration => object("core/v1:ConfigMap", {}, changes, name, after);
const service = (changes: Changes = {}): Registration => object("core/v1:Service", { spec: { selector: { app: "echo" }, ports: [{ name: "http", port: 80 }] } }, changes);
const release = (name: string): Registration => registration("kubernetes:helm.sh/v3:Release", name, { name: "istiod", namespace: "default", chart: "istiod" });

const container = { name: "echo", image: "echo:1" };
/** A Deployment whose one container, or whose pod, is changed. */
const deployment = (more: Changes = {}, pod: Changes = {}, changes: Changes = {}): Registration =>
  object("apps/v1:Deployment", { spec: { selector: { matchLabels: { app: "echo" } }, template: { metadata: { labels: { app: "echo" } }, spec: { containers: [{ ...container, ...more }], ...pod } } } }, changes);
const containerRow = (id: string, refused: Changes, passes: Changes): Row => [id, [deployment(refused)], [deployment(passes)]];
const podRow = (id: string, refused: Changes, passes: Changes): Row => [id, [deployment({}, refused)], [deployment({}, passes)]];
const cronJob = (schedule: string): Registration => object("batch/v1:CronJob", { spec: { schedule, jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [container] } } } } } });
const probe = { httpGet: { path: "/healthz", port: 8080 } };

const enforcing = (level: string): Registration => namespace("apps", { "metadata.labels": { "pod-security.kubernetes.io/enforce": level } });
const secured = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
const securedPod = { securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } } };
const inApps = { "metadata.namespace": "apps" };

/** A pod that keeps to everything but one control, in a namespace of a level, and one that keeps to all. */
function securityRow(id: string, level: string, more: Changes, pod: Changes = {}): Row {
  const make = (container: Changes, spec: Changes): Registration[] => {
    const made = deployment({ securityContext: secured, ...container }, { ...securedPod, ...spec }, inApps);
    return [enforcing(level), { ...made, dependencies: [enforcing(level).urn] }];
  };
  return [`pod-security-${id}`, make(more, pod), make({}, {})];
}
const contextRow = (id: string, level: string, context: Changes): Row => securityRow(id, level, { securityContext: { ...secured, ...context } });

const server = { hosts: ["*"], port: { name: "http", number: 80, protocol: "HTTP" } };
const tls = (settings: Changes | undefined): Changes => ({ port: { name: "https", number: 443, protocol: "HTTPS" }, tls: settings });
const gateway = (...servers: Changes[]): Registration => object("networking.istio.io/v1:Gateway", { spec: { selector: { istio: "ingress" }, servers: servers.map((more) => ({ ...server, ...more })) } });
const policy = (spec: Changes): Registration => object("security.istio.io/v1:AuthorizationPolicy", { spec });
const peer = (spec: Changes): Registration => object("security.istio.io/v1:PeerAuthentication", { spec });
const virtualService = (spec: Changes): Registration => object("networking.istio.io/v1:VirtualService", { spec: { hosts: ["app.example.com"], http: [{ route: [{ destination: { host: "echo" } }] }], ...spec } });

const entryPort = { number: 443, name: "tls", protocol: "TLS" };
const serviceEntry = (spec: Changes = {}, name = "it"): Registration =>
  object("networking.istio.io/v1:ServiceEntry", { spec: { hosts: [`${name}.example.com`], location: "MESH_EXTERNAL", resolution: "DNS", ports: [entryPort], ...spec } }, {}, name);
const entryRow = (id: string, refused: Changes, passes: Changes = {}): Row => [`service-entry-${id}`, [serviceEntry(refused)], [serviceEntry(passes)]];

export const kubernetesRows: readonly Row[] = [
  ["kubernetes-schema", [service({ "spec.ports": [{ name: "http", port: "80" }] })], [service()]],
  ["kubernetes-name", [configMap({ "metadata.name": "Config_1" })], [configMap({ "metadata.name": "config.1" })]],
  ["kubernetes-label", [configMap({ "metadata.labels": { app: "v".repeat(64) } })], [configMap({ "metadata.labels": { "example.com/app": "v".repeat(63) } })]],
  ["kubernetes-annotation-key", [configMap({ "metadata.annotations": { "a b": "" } })], [configMap({ "metadata.annotations": { "example.com/a": "" } })]],
  ["kubernetes-exists", [configMap(), configMap({ "metadata.name": "it" }, "twin")], [configMap(), configMap({}, "other")]],
  ["helm-release-exists", [release("one"), release("two")], [release("one"), { ...release("two"), provider: "urn:pulumi:dev::test::pulumi:providers:kubernetes::other::id" }]],
  ["kubernetes-namespace", [namespace(), configMap(inApps)], [namespace(), configMap(inApps, "it", [namespace()])]],
  ["service-port-names", [service({ "spec.ports": [{ port: 80 }, { port: 81 }] })], [service({ "spec.ports": [{ name: "a", port: 80 }, { name: "b", port: 81 }] })]],
  ["service-selector", [service({ "spec.selector": undefined })], [service()]],
  ...[
    ["autoscaler-range", "autoscaling/v2:HorizontalPodAutoscaler", { scaleTargetRef: { kind: "Deployment", name: "echo" }, minReplicas: 3, maxReplicas: 2 }, { scaleTargetRef: { kind: "Deployment", name: "echo" }, minReplicas: 2, maxReplicas: 2 }] as const,
    ["disruption-budget-both", "policy/v1:PodDisruptionBudget", { minAvailable: 1, maxUnavailable: 1 }, { minAvailable: 1 }] as const,
  ].map(([id, type, bad, good]): Row => [id, [object(type, { spec: bad })], [object(type, { spec: good })]]),

  containerRow("container-name", { name: "Echo" }, {}),
  podRow("container-name-taken", { initContainers: [container] }, { initContainers: [{ ...container, name: "init" }] }),
  containerRow("container-port-name", { ports: [{ name: "a-name-of-16-long", containerPort: 80 }] }, { ports: [{ name: "http", containerPort: 80 }] }),
  containerRow("container-port-name-taken", { ports: [{ name: "http", containerPort: 80 }, { name: "http", containerPort: 81 }] }, { ports: [{ name: "http", containerPort: 80 }] }),
  containerRow("container-resources", { resources: { requests: { memory: "1Gi" }, limits: { memory: "512Mi" } } }, { resources: { requests: { cpu: "250m" }, limits: { cpu: 1 } } }),
  ["container-volume", [deployment({ volumeMounts: [{ name: "tmp", mountPath: "/tmp" }] })], [deployment({ volumeMounts: [{ name: "tmp", mountPath: "/tmp" }] }, { volumes: [{ name: "tmp", emptyDir: {} }] })]],
  containerRow("probe-handler", { readinessProbe: { periodSeconds: 5 } }, { readinessProbe: probe }),
  containerRow("probe-success-threshold", { livenessProbe: { ...probe, successThreshold: 2 } }, { readinessProbe: { ...probe, successThreshold: 2 } }),
  podRow("restart-policy", { restartPolicy: "Never" }, { restartPolicy: "Always" }),
  ["selector-matches-pods", [deployment({}, {}, { "spec.template.metadata.labels": { app: "other" } })], [deployment()]],
  ["cron-schedule", [cronJob("daily at two")], [cronJob("0 2 * * MON")]],

  securityRow("host-namespaces", "baseline", {}, { hostNetwork: true }),
  contextRow("privileged", "baseline", { privileged: true }),
  contextRow("added-capabilities", "baseline", { capabilities: { add: ["NET_ADMIN"] } }),
  securityRow("host-path", "baseline", {}, { volumes: [{ name: "host", hostPath: { path: "/" } }] }),
  securityRow("host-ports", "baseline", { ports: [{ containerPort: 80, hostPort: 80 }] }),
  contextRow("proc-mount", "baseline", { procMount: "Unmasked" }),
  securityRow("sysctls", "baseline", {}, { securityContext: { sysctls: [{ name: "kernel.msgmax", value: "1" }] } }),
  contextRow("seccomp-unconfined", "baseline", { seccompProfile: { type: "Unconfined" } }),
  securityRow("volume-types", "restricted", {}, { volumes: [{ name: "share", nfs: { server: "nfs", path: "/" } }] }),
  contextRow("privilege-escalation", "restricted", { allowPrivilegeEscalation: undefined }),
  contextRow("run-as-non-root", "restricted", { runAsNonRoot: false }),
  contextRow("run-as-user", "restricted", { runAsUser: 0 }),
  securityRow("seccomp-profile", "restricted", {}, { securityContext: { runAsNonRoot: true } }),
  contextRow("dropped-capabilities", "restricted", { capabilities: undefined }),

  ["gateway-servers", [gateway()], [gateway({})]],
  ["gateway-hosts", [gateway({ hosts: [] })], [gateway({})]],
  ["gateway-port-name", [gateway({ port: { name: "", number: 80, protocol: "HTTP" } })], [gateway({})]],
  ["gateway-port-name-taken", [gateway({}, { hosts: ["a.example.com"] })], [gateway({}, { port: { name: "http-2", number: 81, protocol: "HTTP" } })]],
  ["gateway-target-port", [gateway({ port: { ...server.port, targetPort: 8080 } })], [gateway({})]],
  ["gateway-tls-missing", [gateway(tls(undefined))], [gateway(tls({ mode: "SIMPLE", credentialName: "tls" }))]],
  ["gateway-tls-plain", [gateway({ tls: { mode: "PASSTHROUGH" } })], [gateway({ tls: { httpsRedirect: true } })]],
  ["gateway-tls-credentials", [gateway(tls({ mode: "SIMPLE", credentialName: "tls", serverCertificate: "/tls.crt" }))], [gateway(tls({ mode: "SIMPLE", serverCertificate: "/tls.crt" }))]],
  ["gateway-tls-simple", [gateway(tls({ mode: "SIMPLE" }))], [gateway(tls({ mode: "PASSTHROUGH" }))]],
  ["gateway-tls-istio-mutual", [gateway(tls({ mode: "ISTIO_MUTUAL", credentialName: "tls" }))], [gateway(tls({ mode: "ISTIO_MUTUAL" }))]],
  ["peer-authentication-port-level", [peer({ portLevelMtls: { "8080": { mode: "DISABLE" } } })], [peer({ selector: { matchLabels: { app: "echo" } }, portLevelMtls: { "8080": { mode: "DISABLE" } } })]],
  ["authorization-rules", [policy({ action: "DENY" })], [policy({})]],
  ["authorization-provider", [policy({ action: "CUSTOM", rules: [{}] })], [policy({ action: "CUSTOM", rules: [{}], provider: { name: "oauth2-proxy" } })]],
  [
    "authorization-custom-source",
    [policy({ action: "CUSTOM", provider: { name: "oauth2-proxy" }, rules: [{ from: [{ source: { principals: ["*"] } }] }] })],
    [policy({ action: "CUSTOM", provider: { name: "oauth2-proxy" }, rules: [{ from: [{ source: { ipBlocks: ["10.0.0.0/8"] } }] }] })],
  ],
  entryRow("host", { hosts: ["*"] }, { hosts: ["*.example.com"], resolution: "NONE" }),
  entryRow("host-wildcard", { hosts: ["*.example.com"] }, { hosts: ["*.example.com"], endpoints: [{ address: "api.example.com" }] }),
  entryRow("address", { addresses: ["somewhere"] }, { addresses: ["203.0.113.7"] }),
  entryRow("address-range", { addresses: ["203.0.113.0/24"] }, { addresses: ["203.0.113.0/24"], resolution: "NONE" }),
  entryRow("port-name-taken", { ports: [entryPort, { ...entryPort, number: 8443 }] }, { ports: [entryPort, { ...entryPort, name: "tls-8443", number: 8443 }] }),
  entryRow("port-taken", { ports: [entryPort, { ...entryPort, name: "again" }] }),
  entryRow("port-name", { ports: [{ ...entryPort, name: "tls_443" }] }),
  entryRow("port-number", { ports: [{ ...entryPort, number: 65536 }] }, { ports: [{ ...entryPort, number: 65535 }] }),
  entryRow("protocol", { ports: [{ ...entryPort, protocol: "SSH" }] }, { ports: [{ ...entryPort, protocol: "https" }] }),
  entryRow("tcp-hosts", { hosts: ["a.example.com", "b.example.com"], ports: [{ ...entryPort, protocol: "Mongo" }] }, { hosts: ["a.example.com", "b.example.com"] }),
  entryRow("endpoints", { resolution: "NONE", endpoints: [{ address: "203.0.113.7" }] }, { resolution: "STATIC", endpoints: [{ address: "203.0.113.7" }] }),
  entryRow("dynamic-host", { resolution: "DYNAMIC_DNS" }, { hosts: ["*.example.com"], resolution: "DYNAMIC_DNS" }),
  entryRow("dynamic-address", { hosts: ["*.example.com"], resolution: "DYNAMIC_DNS", addresses: ["203.0.113.7"] }),
  entryRow("dynamic-protocol", { hosts: ["*.example.com"], resolution: "DYNAMIC_DNS", ports: [{ ...entryPort, protocol: "HTTPS" }] }),
  entryRow("export", { exportTo: [".", "default"] }, { exportTo: ["."] }),
  entryRow("tcp-addresses", { ports: [{ ...entryPort, protocol: "TCP" }] }, { ports: [{ ...entryPort, protocol: "TCP" }], addresses: ["203.0.113.7"] }),
  ["service-entry-host-taken", [serviceEntry(), serviceEntry({ hosts: ["it.example.com"] }, "again")], [serviceEntry(), serviceEntry({}, "again")]],
  ["virtual-service-hosts", [virtualService({ hosts: [], gateways: ["apps/door"] })], [virtualService({ hosts: [] })]],
  ["virtual-service-routes", [virtualService({ http: [] })], [virtualService({})]],
  ["virtual-service-route", [virtualService({ http: [{ timeout: "5s" }] })], [virtualService({ http: [{ redirect: { uri: "/" } }] })]],
  ["virtual-service-destination", [virtualService({ http: [{ route: [{ destination: { host: "" } }] }] })], [virtualService({})]],
];
