import * as assert from "node:assert/strict";
import { ConfigError } from "../../../stacks/config/configError";
import { parseConfig } from "../../../stacks/config/parseConfig";
import { ConfigRule } from "../../../stacks/config/rule";
import { rules } from "../../../stacks/config/rules";
import { changed, validConfig } from "./validConfig";

/** What a rule refuses: the change to a valid config, where the one problem is, and some of its words. */
interface Row {
  readonly rule: string;
  /** The stack, where it is not dev. */
  readonly stack?: string;
  readonly change: Readonly<Record<string, unknown>>;
  readonly path: string;
  readonly words: RegExp;
}

const numbered = (count: number, text: (index: number) => string): string[] => Array.from({ length: count }, (_, index) => text(index));
const hosts = (...names: string[]): Record<string, object> => Object.fromEntries(names.map((name) => [name, {}]));
const exceptionFor = (namespace: string): object => ({ [namespace]: { mode: "PERMISSIVE", reason: "called by servers outside the mesh" } });
const runner = (subscription: string): string => `/subscriptions/${subscription}/resourceGroups/rg-runners/providers/Microsoft.Network/virtualNetworks/vnet-runners`;
const secretUri = (name: string): string => `https://kv-shared.vault.azure.net/secrets/${name}`;
const dockerHub = (changes: object = {}): object => ({
  vaultId: "/subscriptions/88888888-8888-4888-8888-888888888888/resourceGroups/rg-shared/providers/Microsoft.KeyVault/vaults/kv-shared",
  usernameSecretUri: secretUri("username"),
  passwordSecretUri: secretUri("token"),
  ...changes,
});
const deployer = "33333333-3333-4333-8333-333333333333";
const behindSignIn = { "echo.dev.example.com": { signIn: true } };
const shown = { hosts: { "echo.dev.example.com": {}, "shown.dev.example.com": { signIn: true } }, "signIn.allowed.groups": [deployer] };
const traced = (settings: object): Readonly<Record<string, unknown>> => ({ ...shown, observability: { tracing: { host: "shown.dev.example.com", ...settings } } });
const noZones = { "cluster.zones": [], "registry.zoneRedundant": false, "storage.sku": "Standard_LRS", "frontDoor.privateLinkLocation": "westus2" };

const rows: readonly Row[] = [
  // Names and tags
  { rule: "environment-is-stack", change: { environment: "test" }, path: "environment", words: /not the name of the stack/ },
  { rule: "workload-name", change: { "azure.workload": "Acme-Corp" }, path: "azure.workload", words: /2 to 8 lower-case/ },
  { rule: "workload-name", change: { "azure.workload": "ninechars" }, path: "azure.workload", words: /2 to 8 lower-case/ },
  { rule: "environment-name", stack: "Development", change: { environment: "Development" }, path: "environment", words: /2 to 8 lower-case/ },
  { rule: "environment-reserved", stack: "state", change: { environment: "state" }, path: "environment", words: /where the state is kept/ },
  ...["a<b", "a#b", "a:b", "Cost (Center)", "cost center", "1st", "größe", "x".repeat(129), "Microsoft-owner", "azureOwner"].map((name) => ({
    rule: "tag-names",
    change: { "azure.tags": { [name]: "x" } },
    path: `azure.tags[${JSON.stringify(name)}]`,
    words: /a letter first/,
  })),
  { rule: "tag-names", change: { "azure.tags": { owner: "x".repeat(257) } }, path: 'azure.tags["owner"]', words: /up to 256/ },
  { rule: "tag-names-own", change: { "azure.tags": { Environment: "test" } }, path: 'azure.tags["Environment"]', words: /the platform sets/ },
  { rule: "tag-names-own", change: { "azure.tags": { "shared-key-reason": "none" } }, path: 'azure.tags["shared-key-reason"]', words: /the platform sets/ },
  { rule: "tag-names-repeated", change: { "azure.tags": { owner: "me", Owner: "you" } }, path: "azure.tags", words: /more than once/ },
  { rule: "tag-count", change: { "azure.tags": Object.fromEntries(numbered(14, (i) => `tag${i}`).map((name) => [name, "x"])) }, path: "azure.tags", words: /at most 13/ },

  // Regions
  { rule: "region-known", change: { "azure.location": "West Europe" }, path: "azure.location", words: /not a known region/ },
  { rule: "cluster-zones-in-region", change: { ...noZones, "azure.location": "westus", "cluster.zones": ["1"] }, path: "cluster.zones", words: /westus does not have/ },
  { rule: "cluster-zones-repeated", change: { "cluster.zones": ["1", "1"] }, path: "cluster.zones", words: /more than once/ },
  { rule: "registry-zones-in-region", change: { ...noZones, "azure.location": "westus", "registry.zoneRedundant": true }, path: "registry.zoneRedundant", words: /westus does not have/ },
  { rule: "storage-redundancy-in-region", change: { ...noZones, "azure.location": "westus", "storage.sku": "Standard_RAGZRS" }, path: "storage.sku", words: /zones, which westus does not have.*allowed: Standard_LRS, Standard_GRS, Standard_RAGRS$/s },
  { rule: "storage-redundancy-in-region", change: { "azure.location": "qatarcentral", "frontDoor.privateLinkLocation": "centralindia", "storage.sku": "Standard_GRS" }, path: "storage.sku", words: /a paired region, which qatarcentral does not have.*allowed: Standard_LRS, Standard_ZRS$/s },
  { rule: "storage-redundancy-in-region", change: { "azure.location": "italynorth", "frontDoor.privateLinkLocation": "westeurope", "storage.sku": "Standard_RAGZRS" }, path: "storage.sku", words: /a paired region/ },
  { rule: "private-link-location-known", change: { "frontDoor.privateLinkLocation": "middleearth" }, path: "frontDoor.privateLinkLocation", words: /not a known region/ },
  { rule: "private-link-location-listed", change: { "azure.location": "italynorth" }, path: "frontDoor.privateLinkLocation", words: /is needed: .* private links in italynorth/ },
  { rule: "private-link-location-listed", change: { "frontDoor.privateLinkLocation": "italynorth" }, path: "frontDoor.privateLinkLocation", words: /is not a region in which Front Door/ },

  // Access
  { rule: "deployers-needed", change: { "access.deployers": [] }, path: "access.deployers", words: /is empty/ },
  { rule: "deployers-repeated", change: { "access.deployers": [deployer, deployer] }, path: "access.deployers", words: /more than once/ },
  { rule: "admin-groups-repeated", change: { "access.adminGroups": [deployer, deployer.toUpperCase()] }, path: "access.adminGroups", words: /more than once/ },
  { rule: "publishers-repeated", change: { "access.publishers": [deployer, deployer.toUpperCase()] }, path: "access.publishers", words: /more than once/ },

  // Ranges
  { rule: "subnet-inside-address-space", change: { "network.subnets.nodes": "10.9.0.0/22" }, path: "network.subnets.nodes", words: /not inside/ },
  { rule: "subnets-overlap", change: { "network.subnets.privateEndpoints": "10.0.1.0/26" }, path: "network.subnets.privateEndpoints", words: /overlaps network.subnets.nodes/ },
  { rule: "pods-services-network-overlap", change: { "network.services": "10.244.0.0/16", "network.dnsServiceIp": "10.244.0.10" }, path: "network.services", words: /overlaps network.pods/ },
  { rule: "pods-services-network-overlap", change: { "network.pods": "10.0.0.0/14", "network.services": "10.4.0.0/16", "network.dnsServiceIp": "10.4.0.10" }, path: "network.pods", words: /overlaps network.addressSpace/ },
  { rule: "reserved-ranges", change: { "network.pods": "172.30.0.0/16" }, path: "network.pods", words: /kept for AKS/ },
  { rule: "reserved-ranges", change: { "network.pods": "224.0.0.0/8" }, path: "network.pods", words: /multicast/ },
  { rule: "dns-ip-in-services", change: { "network.dnsServiceIp": "10.3.0.10" }, path: "network.dnsServiceIp", words: /not inside the range of the services/ },
  { rule: "dns-ip-not-first", change: { "network.dnsServiceIp": "10.2.0.1" }, path: "network.dnsServiceIp", words: /the first address/ },
  { rule: "dns-ip-not-first", change: { "network.dnsServiceIp": "10.2.0.0" }, path: "network.dnsServiceIp", words: /the first address/ },

  // Sizes. The pools' defaults grow to 20 nodes and 8 more while all are upgraded.
  { rule: "nodes-subnet-size", change: { "network.subnets.nodes": "10.0.0.0/27" }, path: "network.subnets.nodes", words: /27 usable addresses, fewer than the 30.*\/26 or larger/s },
  { rule: "private-link-subnet-size", change: { "network.subnets.privateLink": "10.0.4.0/29", "network.natAddresses": 4 }, path: "network.subnets.privateLink", words: /3 usable addresses, fewer than the 4.*\/28 or larger/s },
  { rule: "private-endpoints-subnet-size", change: { "network.subnets.privateEndpoints": "10.0.4.64/29" }, path: "network.subnets.privateEndpoints", words: /3 usable addresses, fewer than the 5.*\/28 or larger/s },
  { rule: "nat-addresses", change: { "network.natAddresses": 9 }, path: "network.natAddresses", words: /1 to 8/ },
  { rule: "nat-addresses", change: { "network.natAddresses": 0 }, path: "network.natAddresses", words: /1 to 8/ },
  { rule: "pod-range-size", change: { "network.pods": "10.244.0.0/20" }, path: "network.pods", words: /for 16 nodes, of 28.*\/19 or larger/s },
  { rule: "service-range-size", change: { "network.services": "10.16.0.0/12", "network.dnsServiceIp": "10.16.0.10" }, path: "network.services", words: /smaller than a \/12/ },

  // The API server
  { rule: "private-needs-runner-network", change: { "cluster.apiServer": { access: "private" } }, path: "network.runnerVirtualNetworkId", words: /is missing: the API server is private/ },
  { rule: "runner-network-id", change: { "network.runnerVirtualNetworkId": "vnet-runners" }, path: "network.runnerVirtualNetworkId", words: /not the resource id/ },
  { rule: "runner-network-subscription", change: { "network.runnerVirtualNetworkId": runner("99999999-9999-4999-8999-999999999999") }, path: "network.runnerVirtualNetworkId", words: /another subscription/ },
  { rule: "private-without-ranges", change: { "cluster.apiServer.access": "private", "network.runnerVirtualNetworkId": runner("22222222-2222-4222-8222-222222222222") }, path: "cluster.apiServer.authorizedIpRanges", words: /can't be given for a private/ },
  { rule: "public-needs-ranges", change: { "cluster.apiServer.authorizedIpRanges": [] }, path: "cluster.apiServer.authorizedIpRanges", words: /is empty/ },
  { rule: "public-needs-ranges", change: { "cluster.apiServer.authorizedIpRanges": undefined }, path: "cluster.apiServer.authorizedIpRanges", words: /is empty/ },
  { rule: "authorized-ranges-count", change: { "cluster.apiServer.authorizedIpRanges": numbered(201, (i) => `203.0.113.${i}/32`) }, path: "cluster.apiServer.authorizedIpRanges", words: /at most 200/ },
  { rule: "authorized-ranges-narrow", change: { "cluster.apiServer.authorizedIpRanges": ["0.0.0.0/0"] }, path: "cluster.apiServer.authorizedIpRanges[0]", words: /large part of the Internet/ },
  { rule: "authorized-ranges-public", change: { "cluster.apiServer.authorizedIpRanges": ["203.0.113.0/24", "192.168.1.0/24"] }, path: "cluster.apiServer.authorizedIpRanges[1]", words: /not a range of public addresses/ },

  // Pools
  { rule: "pool-name", change: { "cluster.pools.user.name": "userpool-01" }, path: "cluster.pools.user.name", words: /1 to 12 lower-case/ },
  { rule: "pool-names-repeated", change: { "cluster.pools.user.name": "system" }, path: "cluster.pools", words: /more than once/ },
  { rule: "pool-counts", change: { "cluster.pools.system.minCount": 1 }, path: "cluster.pools.system.minCount", words: /2 to 1000/ },
  { rule: "pool-counts", change: { "cluster.pools.ingress.minCount": 0 }, path: "cluster.pools.ingress.minCount", words: /1 to 1000/ },
  { rule: "pool-counts", change: { "cluster.pools.user.maxCount": 1001, "network.subnets.nodes": "10.0.16.0/20", "network.pods": "11.0.0.0/8" }, path: "cluster.pools.user.maxCount", words: /1 to 1000/ },
  { rule: "pool-min-max", change: { "cluster.pools.user.minCount": 11 }, path: "cluster.pools.user.minCount", words: /more than maxCount/ },
  { rule: "free-tier-nodes", change: { "cluster.tier": "Free", "cluster.pools.user.maxCount": 991, "network.subnets.nodes": "10.0.16.0/20", "network.pods": "11.0.0.0/8" }, path: "cluster.tier", words: /1001 nodes/ },
  { rule: "pool-vm-size", change: { "cluster.pools.user.vmSize": "D4ds_v5" }, path: "cluster.pools.user.vmSize", words: /not the name of a virtual machine size/ },
  { rule: "system-pool-burstable", change: { "cluster.pools.system.vmSize": "Standard_B4ms" }, path: "cluster.pools.system.vmSize", words: /burstable/ },
  { rule: "pool-cpus", change: { "cluster.pools.system.vmSize": "Standard_D2ds_v5" }, path: "cluster.pools.system.vmSize", words: /has 2 virtual CPUs.*4 or more/s },
  { rule: "pool-cpus", change: { "cluster.pools.user.vmSize": "Standard_E4-1ds_v5" }, path: "cluster.pools.user.vmSize", words: /has 1 virtual CPUs.*2 or more/s },
  { rule: "pool-max-pods", change: { "cluster.pools.user.maxPods": 251 }, path: "cluster.pools.user.maxPods", words: /10 to 250/ },
  { rule: "pool-max-pods", change: { "cluster.pools.system.maxPods": 20 }, path: "cluster.pools.system.maxPods", words: /30 to 250/ },
  { rule: "pool-fewest-pods", change: { "cluster.pools.ingress.minCount": 2, "cluster.pools.ingress.maxPods": 14 }, path: "cluster.pools.ingress.maxPods", words: /room for 28 pods on the fewest nodes, 2/ },
  { rule: "pool-taint-form", change: { "cluster.pools.user.taints": ["dedicated:PreferNoSchedule"] }, path: "cluster.pools.user.taints[0]", words: /not a taint/ },
  { rule: "pool-taint-effect", change: { "cluster.pools.user.taints": ["dedicated=apps:NoSchedule"] }, path: "cluster.pools.user.taints[0]", words: /without a toleration/ },

  // Versions and upgrades
  { rule: "kubernetes-version-form", change: { "cluster.kubernetesVersion": "latest" }, path: "cluster.kubernetesVersion", words: /not a minor version of Kubernetes/ },
  { rule: "kubernetes-version-form", change: { "cluster.kubernetesVersion": "1.36.5" }, path: "cluster.kubernetesVersion", words: /Leave the patch to the upgrade channel/ },
  { rule: "kubernetes-version-supported", change: { "cluster.kubernetesVersion": "1.32" }, path: "cluster.kubernetesVersion", words: /1\.33 to 1\.36/ },
  { rule: "kubernetes-version-supported", change: { "cluster.kubernetesVersion": "1.37" }, path: "cluster.kubernetesVersion", words: /1\.33 to 1\.36/ },
  { rule: "kubernetes-version-stable", change: { "cluster.kubernetesVersion": "1.36", "cluster.upgrades.channel": "stable" }, path: "cluster.kubernetesVersion", words: /does not go with the channel stable/ },
  { rule: "rapid-channel", change: { "cluster.upgrades.channel": "rapid" }, path: "cluster.upgrades.channel", words: /before Istio supports it/ },
  { rule: "node-image-channel", change: { "cluster.upgrades.channel": "node-image", "cluster.upgrades.nodeOsChannel": "SecurityPatch" }, path: "cluster.upgrades.nodeOsChannel", words: /channel node-image/ },
  { rule: "window-hours", change: { "cluster.upgrades.window.hours": 3 }, path: "cluster.upgrades.window.hours", words: /4 to 24/ },
  { rule: "max-surge", change: { "cluster.upgrades.maxSurge": "a third" }, path: "cluster.upgrades.maxSurge", words: /neither a number nor a share/ },

  // Keys
  { rule: "key-expiry-least", change: { "encryption.key": { rotateAfter: "P7D", expireAfter: "P27D", notifyBefore: "P7D" } }, path: "encryption.key.expireAfter", words: /28 days or more/ },
  { rule: "key-rotation-least", change: { "encryption.key.rotateAfter": "P6D" }, path: "encryption.key.rotateAfter", words: /7 days or more/ },
  { rule: "key-rotation-before-expiry", change: { "encryption.key": { rotateAfter: "P84D", expireAfter: "P90D" } }, path: "encryption.key.rotateAfter", words: /at most 83 days/ },
  { rule: "key-notice-before-expiry", change: { "encryption.key": { rotateAfter: "P30D", expireAfter: "P90D", notifyBefore: "P90D" } }, path: "encryption.key.notifyBefore", words: /at most 89 days/ },

  // Registry
  { rule: "registry-retention", change: { "registry.retentionDays": 366 }, path: "registry.retentionDays", words: /0 to 365/ },
  { rule: "purge-schedule", change: { "registry.purge.schedule": "@daily" }, path: "registry.purge.schedule", words: /not a schedule/ },
  { rule: "purge-schedule", change: { "registry.purge.schedule": "0 24 * * *" }, path: "registry.purge.schedule", words: /not a schedule/ },
  { rule: "purge-schedule", change: { "registry.purge.schedule": "0 3 5-2 * *" }, path: "registry.purge.schedule", words: /not a schedule/ },
  { rule: "purge-rule-names", change: { "registry.purge.rules": { "My Apps": { repositories: "apps/*", keep: 5 } } }, path: 'registry.purge.rules["My Apps"]', words: /1 to 32 lower-case/ },
  { rule: "purge-repositories", change: { "registry.purge.rules": { apps: { repositories: "Apps/.+", keep: 5 } } }, path: 'registry.purge.rules["apps"].repositories', words: /with \* and \?/ },
  { rule: "purge-keep", change: { "registry.purge.rules": { apps: { repositories: "apps/*", keep: 0 } } }, path: 'registry.purge.rules["apps"].keep', words: /1 to 1000/ },

  // Images
  { rule: "registry-needs-docker-hub", change: { "images.source": "registry" }, path: "images.dockerHub", words: /only when it signs in there/ },
  { rule: "docker-hub-unused", change: { "images.dockerHub": dockerHub() }, path: "images.dockerHub", words: /would not be used/ },
  { rule: "cached-repositories", change: { "registry.cachedRepositories": ["library/mysql"] }, path: "registry.cachedRepositories", words: /is not a repository that can be cached/ },
  { rule: "cached-repositories", change: { "registry.cachedRepositories": ["quay.io/a/b", "ghcr.io/a/b"] }, path: "registry.cachedRepositories", words: /same path as quay\.io\/a\/b/ },
  { rule: "cached-repositories", change: { images: { source: "registry", dockerHub: dockerHub() }, "registry.cachedRepositories": ["quay.io/istio/pilot"] }, path: "registry.cachedRepositories", words: /same path as docker\.io\/istio\/pilot/ },
  { rule: "cached-needs-docker-hub", change: { "registry.cachedRepositories": ["docker.io/library/mysql"] }, path: "images.dockerHub", words: /is missing.*docker\.io\/library\/mysql.*public\.ecr\.aws\/docker\/library/s },
  { rule: "docker-hub-account", change: { images: { source: "registry", dockerHub: dockerHub({ vaultId: "kv-shared" }) } }, path: "images.dockerHub.vaultId", words: /resource id of a key vault/ },
  { rule: "docker-hub-account", change: { images: { source: "registry", dockerHub: dockerHub({ usernameSecretUri: "docker-hub-username" }) } }, path: "images.dockerHub.usernameSecretUri", words: /identifier of a secret/ },
  { rule: "docker-hub-account", change: { images: { source: "registry", dockerHub: dockerHub({ passwordSecretUri: `${secretUri("token")}/${"0".repeat(32)}` }) } }, path: "images.dockerHub.passwordSecretUri", words: /without a version/ },
  { rule: "docker-hub-account", change: { images: { source: "registry", dockerHub: dockerHub({ passwordSecretUri: "https://kv-other.vault.azure.net/secrets/token" }) } }, path: "images.dockerHub.passwordSecretUri", words: /another vault/ },
  { rule: "docker-hub-account", change: { images: { source: "registry", dockerHub: dockerHub({ passwordSecretUri: secretUri("username") }) } }, path: "images.dockerHub.passwordSecretUri", words: /account's name/ },

  // Storage, logs, Front Door
  { rule: "container-names", change: { "storage.containers": ["artifacts", "no--double"] }, path: "storage.containers[1]", words: /3 to 63/ },
  { rule: "containers-repeated", change: { "storage.containers": ["artifacts", "artifacts"] }, path: "storage.containers", words: /more than once/ },
  { rule: "storage-delete-retention", change: { "storage.deleteRetentionDays": 0 }, path: "storage.deleteRetentionDays", words: /1 to 365/ },
  { rule: "log-retention", change: { "monitoring.retentionDays": 7 }, path: "monitoring.retentionDays", words: /30 to 730/ },
  { rule: "log-daily-cap", change: { "monitoring.dailyCapGb": 0.01 }, path: "monitoring.dailyCapGb", words: /0\.023/ },
  { rule: "front-door-timeout", change: { "frontDoor.responseTimeoutSeconds": 15 }, path: "frontDoor.responseTimeoutSeconds", words: /16 to 240/ },
  { rule: "front-door-rate-limit", change: { "frontDoor.firewall.rateLimitPerMinute": 1 }, path: "frontDoor.firewall.rateLimitPerMinute", words: /10 to/ },

  // Hosts
  { rule: "dns-zone-name", change: { "dns.zone": "example" }, path: "dns.zone", words: /labels of up to 63/ },
  { rule: "dns-resource-group", change: { "dns.resourceGroup": "dns." }, path: "dns.resourceGroup", words: /no dot at the end/ },
  { rule: "domain-name", change: { domain: "Dev.example.com" }, path: "domain", words: /lower-case/ },
  { rule: "domain-name", change: { domain: "dev.example.10" }, path: "domain", words: /a letter first in the last one/ },
  { rule: "domain-in-zone", change: { "dns.zone": "ample.com" }, path: "domain", words: /not inside the DNS zone/ },
  { rule: "host-name", change: { hosts: hosts("-a.dev.example.com"), "echo.hosts": [] }, path: 'hosts["-a.dev.example.com"]', words: /lower-case/ },
  { rule: "host-length", change: { "dns.zone": `${"z".repeat(63)}.example.com`, domain: `dev.${"z".repeat(63)}.example.com`, hosts: hosts(`eleven-more.dev.${"z".repeat(63)}.example.com`), "echo.hosts": [] }, path: `hosts["eleven-more.dev.${"z".repeat(63)}.example.com"]`, words: /at most 90 characters/ },
  { rule: "host-wildcard", change: { hosts: hosts("*.dev.example.com"), "echo.hosts": [] }, path: 'hosts["*.dev.example.com"]', words: /wildcard/ },
  { rule: "host-in-domain", change: { hosts: hosts("app.example.com"), "echo.hosts": [] }, path: 'hosts["app.example.com"]', words: /not below the environment's domain/ },
  { rule: "host-in-domain", change: { hosts: hosts("dev.example.com"), "echo.hosts": [] }, path: 'hosts["dev.example.com"]', words: /not below the environment's domain/ },
  { rule: "host-one-label", change: { hosts: hosts("a.b.dev.example.com"), "echo.hosts": [] }, path: 'hosts["a.b.dev.example.com"]', words: /more than one label/ },
  { rule: "host-reserved", change: { hosts: hosts("ingress.dev.example.com"), "echo.hosts": [] }, path: 'hosts["ingress.dev.example.com"]', words: /Front Door speaks to/ },
  { rule: "hosts-count", change: { hosts: hosts(...numbered(201, (i) => `app${i}.dev.example.com`)), "echo.hosts": [] }, path: "hosts", words: /at most 200/ },
  { rule: "certificates-trusted", change: { "certificates.authority": "letsencrypt-staging" }, path: "certificates.authority", words: /nobody trusts.*Front Door/ },
  { rule: "echo-hosts-listed", change: { "echo.hosts": ["other.dev.example.com"] }, path: "echo.hosts[0]", words: /not one of the platform's hosts/ },
  { rule: "echo-hosts-repeated", change: { "echo.hosts": ["echo.dev.example.com", "echo.dev.example.com"] }, path: "echo.hosts", words: /more than once/ },

  // Sign-in
  { rule: "sign-in-allowed", change: { hosts: behindSignIn }, path: "signIn.allowed", words: /lets nobody in/ },
  { rule: "sign-in-allowed", change: { hosts: behindSignIn, "signIn.allowed": { emails: ["ana@example.com"], groups: [deployer] } }, path: "signIn.allowed", words: /only who is in both/ },
  { rule: "sign-in-allowed", change: { hosts: behindSignIn, "signIn.allowed.emails": ["@example.com"] }, path: "signIn.allowed.emails", words: /as ana@example\.com/ },
  { rule: "sign-in-repeated", change: { hosts: behindSignIn, "signIn.allowed.emails": ["ana@example.com", "Ana@example.com"] }, path: "signIn.allowed.emails", words: /more than once/ },
  { rule: "sign-in-unused", change: { "signIn.allowed.emails": ["ana@example.com"] }, path: "signIn", words: /signIn: true/ },
  { rule: "sign-in-unused", change: { "signIn.application": { clientId: deployer } }, path: "signIn", words: /for no host/ },
  { rule: "sign-in-host", change: { hosts: behindSignIn, signIn: { allowed: { groups: [deployer] }, host: "sign-in.dev.example.com" } }, path: "signIn.host", words: /not one of the platform's hosts/ },
  { rule: "sign-in-host", change: { hosts: behindSignIn, signIn: { allowed: { groups: [deployer] }, host: "echo.dev.example.com" } }, path: "signIn.host", words: /the host of an app/ },

  // Mesh
  { rule: "mesh-exception-name", change: { "mesh.exceptions": exceptionFor("Billing") }, path: 'mesh.exceptions["Billing"]', words: /1 to 63 lower-case/ },
  { rule: "mesh-exception-platform", change: { "mesh.exceptions": exceptionFor("istio-system") }, path: 'mesh.exceptions["istio-system"]', words: /the platform's own/ },
  { rule: "mesh-exception-cluster", change: { "mesh.exceptions": exceptionFor("kube-system") }, path: 'mesh.exceptions["kube-system"]', words: /the cluster's own/ },
  { rule: "mesh-exception-cluster", change: { "mesh.exceptions": exceptionFor("default") }, path: 'mesh.exceptions["default"]', words: /the cluster's own/ },

  // Kayenta and its metrics
  { rule: "metrics-retention", change: { "prometheus.retentionDays": 0 }, path: "prometheus.retentionDays", words: /1 to 365/ },
  { rule: "metrics-disk", change: { "prometheus.sizeGi": 4096 }, path: "prometheus.sizeGi", words: /8 to 4095/ },
  { rule: "kayenta-off", change: { kayenta: { enabled: false, callers: { "pipelines/deployer": { reason: "asks before each rollout" } } } }, path: "kayenta.enabled", words: /no host and no callers/ },
  { rule: "kayenta-callers", change: { kayenta: { callers: { deployer: { reason: "asks before each rollout" } } } }, path: 'kayenta.callers["deployer"]', words: /<namespace>\/<name>/ },
  { rule: "kayenta-host-signed-in", change: { kayenta: { host: "kayenta.dev.example.com" } }, path: "kayenta.host", words: /"kayenta\.dev\.example\.com": \{ signIn: true \}/ },
  { rule: "kayenta-host-signed-in", change: { hosts: hosts("echo.dev.example.com", "kayenta.dev.example.com"), kayenta: { host: "kayenta.dev.example.com" } }, path: "kayenta.host", words: /not a host with a sign-in/ },
  ...["grafana", "kiali", "tracing"].flatMap((part) => [
    { rule: "observability-host-signed-in", change: { observability: { [part]: { host: "shown.dev.example.com" } } }, path: `observability.${part}.host`, words: /"shown\.dev\.example\.com": \{ signIn: true \}/ },
    { rule: "observability-host-signed-in", change: { hosts: hosts("echo.dev.example.com", "shown.dev.example.com"), observability: { [part]: { host: "shown.dev.example.com" } } }, path: `observability.${part}.host`, words: /not a host with a sign-in/ },
    { rule: "observability-host-own", change: { hosts: behindSignIn, "signIn.allowed.groups": [deployer], observability: { [part]: { host: "echo.dev.example.com" } } }, path: `observability.${part}.host`, words: /another part answers/ },
  ]),
  { rule: "observability-host-own", change: { ...shown, kayenta: { host: "shown.dev.example.com" }, observability: { grafana: { host: "shown.dev.example.com" } } }, path: "observability.grafana.host", words: /another part answers/ },
  { rule: "observability-host-own", change: { ...shown, observability: { grafana: { host: "shown.dev.example.com" }, kiali: { host: "shown.dev.example.com" } } }, path: "observability.kiali.host", words: /another part answers/ },
  ...[0, -1, 100.5].map((samplingPercent) => ({ rule: "tracing-sampling", change: traced({ samplingPercent }), path: "observability.tracing.samplingPercent", words: /more than 0, at most 100/ })),
  { rule: "tracing-retention", change: traced({ retentionDays: 0 }), path: "observability.tracing.retentionDays", words: /1 to 30 days/ },
  { rule: "tracing-retention", change: traced({ retentionDays: 31 }), path: "observability.tracing.retentionDays", words: /1 to 30 days/ },
  { rule: "tracing-disk", change: traced({ sizeGi: 3 }), path: "observability.tracing.sizeGi", words: /4 to 4095 GiB/ },
  { rule: "rate-limit-hosts-listed", change: { rateLimits: { hosts: { "other.dev.example.com": { all: { requests: 1, unit: "second" } } } } }, path: 'rateLimits.hosts["other.dev.example.com"]', words: /not one of the platform's hosts/ },
  { rule: "rate-limits", change: { rateLimits: { hosts: { "echo.dev.example.com": {} } } }, path: 'rateLimits.hosts["echo.dev.example.com"]', words: /one limit at least/ },
  { rule: "rate-limits", change: { rateLimits: { hosts: { "echo.dev.example.com": { all: { requests: 0, unit: "second" } } } } }, path: 'rateLimits.hosts["echo.dev.example.com"]["all"].requests', words: /whole number from 1/ },
  { rule: "rate-limits-unused", change: { rateLimits: { failClosed: true } }, path: "rateLimits.failClosed", words: /no host has a limit/ },
  { rule: "kayenta-host-own", change: { hosts: { "echo.dev.example.com": { signIn: true } }, "signIn.allowed.groups": [deployer], kayenta: { host: "echo.dev.example.com" } }, path: "kayenta.host", words: /another part answers/ },
];

/** Runs something while one rule is not in force. */
function without(id: string, run: () => void): void {
  const list = rules as ConfigRule[];
  const index = list.findIndex((rule) => rule.id === id);
  const taken = list.splice(index, 1);
  try {
    run();
  } finally {
    list.splice(index, 0, ...taken);
  }
}

describe("each rule of the config", () => {
  for (const row of rows) {
    it(`${row.rule} refuses ${JSON.stringify(row.change).slice(0, 100)}, and no other rule does`, () => {
      const config = changed(validConfig(), row.change);
      const { stack = "dev" } = row;
      assert.throws(
        () => parseConfig(config, stack),
        (thrown: unknown) => {
          assert.ok(thrown instanceof ConfigError);
          assert.deepEqual(thrown.problems.map((problem) => problem.path), [row.path], thrown.message);
          assert.match(thrown.message, row.words);
          return true;
        },
      );
      without(row.rule, () => assert.doesNotThrow(() => parseConfig(config, stack)));
    });
  }

  it("has a row here, and every row is of a rule", () => {
    assert.deepEqual(new Set(rows.map((row) => row.rule)), new Set(rules.map((rule) => rule.id)));
    assert.equal(new Set(rules.map((rule) => rule.id)).size, rules.length);
  });

  it("names its source", () => {
    for (const { id, source } of rules) assert.match(source, /^(https:\/\/|the platform's own: )/, id);
  });
});
