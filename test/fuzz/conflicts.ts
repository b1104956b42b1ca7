import { changed, RawConfig } from "../stacks/config/validConfig";

/** A change that makes any valid config one that is refused, and where. */
export interface Conflict {
  readonly path: string;
  readonly break: (config: RawConfig) => RawConfig;
}

const set = (path: string, changes: Readonly<Record<string, unknown>>): Conflict => ({ path, break: (config) => changed(config, changes) });

/** Adds hosts to those that the config has. */
const host = (path: string, settings: object, name: (domain: string) => string, others: (host: string) => Readonly<Record<string, unknown>> = () => ({})): Conflict => ({
  path,
  break: (config) => {
    const added = name(String(config["domain"]));
    return changed({ ...config, hosts: { ...(config["hosts"] as object | undefined), [added]: settings } }, others(added));
  },
});

const app = (domain: string): string => `conflict.${domain}`;

/** What no config can have, whatever else it has. */
export const conflicts: readonly Conflict[] = [
  host("hosts", {}, (domain) => `app.not-${domain}`),
  host("hosts", {}, (domain) => `*.${domain}`),
  host("hosts", {}, (domain) => `a.b.${domain}`),
  host("hosts", {}, (domain) => `ingress.${domain}`),
  host("hosts", {}, () => "constructor"),
  host("hosts", {}, (domain) => `App.${domain}`),
  host("kayenta.host", {}, app, (name) => ({ kayenta: { host: name } })),
  host("kayenta.host", { signIn: true }, app, (name) => ({ kayenta: { host: name }, "echo.hosts": [name] })),
  host("kayenta.enabled", { signIn: true }, app, (name) => ({ kayenta: { enabled: false, host: name } })),
  host("observability.grafana.host", {}, app, (name) => ({ observability: { grafana: { host: name } } })),
  host("observability.kiali.host", { signIn: true }, app, (name) => ({ observability: { grafana: { host: name }, kiali: { host: name } } })),
  host("signIn.host", { signIn: true }, app, (name) => ({ "signIn.host": name })),
  host("signIn.allowed", { signIn: true }, app, () => ({ "signIn.allowed": {} })),
  host("signIn.allowed", { signIn: true }, app, () => ({ "signIn.allowed": { emails: ["ana@example.com"], groups: ["11111111-1111-4111-8111-111111111111"] } })),
  host("rateLimits", {}, app, (name) => ({ [`rateLimits`]: { hosts: { [name]: {} } } })),
  set("observability.tracing.host", { observability: { tracing: { host: "toString" } } }),
  set("echo.hosts", { "echo.hosts": ["elsewhere.example.org"] }),
  set("rateLimits.hosts", { rateLimits: { hosts: { "elsewhere.example.org": { all: { requests: 1, unit: "second" } } } } }),
  set("rateLimits.failClosed", { rateLimits: { failClosed: true } }),
  set("signIn", { hosts: {}, echo: {}, kayenta: {}, observability: {}, rateLimits: {}, signIn: { allowed: { emails: ["ana@example.com"] } } }),
  set("network", { "network.pods": "10.77.0.0/16", "network.services": "10.77.0.0/16" }),
  set("network.pods", { "network.pods": "172.30.0.0/16" }),
  set("network.subnets.nodes", { "network.subnets.nodes": "192.168.0.0/20" }),
  set("network.dnsServiceIp", { "network.dnsServiceIp": "203.0.113.10" }),
  set("network.runnerVirtualNetworkId", { "network.runnerVirtualNetworkId": "vnet-runners" }),
  set("cluster.apiServer.authorizedIpRanges", { "cluster.apiServer": { access: "public", authorizedIpRanges: [] } }),
  set("cluster.apiServer.authorizedIpRanges", { "cluster.apiServer": { access: "public", authorizedIpRanges: ["0.0.0.0/0"] } }),
  set("cluster.apiServer.authorizedIpRanges", { "cluster.apiServer": { access: "private", authorizedIpRanges: ["203.0.113.0/24"] } }),
  set("cluster.zones", { "cluster.zones": ["1", "1"] }),
  set("cluster.pools", { "cluster.pools.user.name": "same", "cluster.pools.ingress.name": "same" }),
  set("cluster.pools.user", { "cluster.pools.user.minCount": 20, "cluster.pools.user.maxCount": 10 }),
  set("cluster.kubernetesVersion", { "cluster.kubernetesVersion": "1.36.1" }),
  set("cluster.upgrades.channel", { "cluster.upgrades.channel": "rapid" }),
  set("encryption.key.expireAfter", { "encryption.key.expireAfter": "P27D" }),
  set("images.dockerHub", { images: { source: "registry" } }),
  set("registry.purge.schedule", { "registry.purge.schedule": "0 24 * * *" }),
  set("azure.location", { "azure.location": "West Europe" }),
  set("azure.tags", { "azure.tags": { Environment: "other" } }),
  set("certificates.authority", { "certificates.authority": "letsencrypt-staging" }),
  set("domain", { domain: "elsewhere.example.org" }),
  set("environment", { environment: "state" }),
  set("mesh.exceptions", { "mesh.exceptions": { kayenta: { mode: "PERMISSIVE", reason: "called by servers outside the mesh" } } }),
];
