import { z } from "zod";
import { isAddress, isRange } from "../../components/shared/cidr";
import { durationDays } from "../../components/shared/duration";
import { policyExceptions } from "./policyExceptions";

/*
 * The shape of an environment's config: keys, types, enumerations, defaults. What values may be together, or what Azure allows of a value
 * that has the right type, is in rules/. Every object is strict. docs/configuration.md describes each key.
 *
 * A custom error text says what is allowed; parseConfig adds where, and what was given.
 */

const guid = z.guid({ error: "a GUID, as 11111111-2222-4333-8444-555555555555" }).toLowerCase();
const range = z.string().refine(isRange, { error: "an IPv4 range whose address is its first, as 10.0.0.0/16" });
const address = z.string().refine(isAddress, { error: "an IPv4 address, as 10.0.0.10" });
const reason = z.string().regex(/^\S.{8,254}\S$/s, { error: "a reason of 10 to 256 characters" });
const duration = z.string().refine((text) => durationDays(text) !== undefined, { error: "days, months or years as ISO 8601 writes them: P90D, P18M, P2Y" });

const azure = z.strictObject({
  tenantId: guid,
  subscriptionId: guid,
  location: z.string(),
  workload: z.string(),
  tags: z.record(z.string(), z.string()).default({}),
});

const access = z.strictObject({
  deployers: z.array(guid),
  adminGroups: z.array(guid).default([]),
  publishers: z.array(guid).default([]),
  kubelogin: z.enum(["azurecli", "workloadidentity", "msi", "spn"]).default("azurecli"),
});

const network = z
  .strictObject({
    addressSpace: range.default("10.0.0.0/16"),
    subnets: z
      .strictObject({
        nodes: range.default("10.0.0.0/22"),
        privateLink: range.default("10.0.4.0/27"),
        privateEndpoints: range.default("10.0.4.64/26"),
      })
      .prefault({}),
    pods: range.default("10.244.0.0/16"),
    services: range.default("10.2.0.0/16"),
    dnsServiceIp: address.default("10.2.0.10"),
    natAddresses: z.int().default(1),
    runnerVirtualNetworkId: z.string().optional(),
  })
  .prefault({});

interface PoolDefaults {
  readonly name: string;
  readonly vmSize: string;
  readonly minCount: number;
  readonly maxCount: number;
}

const pool = ({ name, vmSize, minCount, maxCount }: PoolDefaults) =>
  z.strictObject({
    name: z.string().default(name),
    vmSize: z.string().default(vmSize),
    minCount: z.int().default(minCount),
    maxCount: z.int().default(maxCount),
    maxPods: z.int().default(110),
  });

const cluster = z
  .strictObject({
    kubernetesVersion: z.string().optional(),
    tier: z.enum(["Free", "Standard"]).default("Standard"),
    apiServer: z.strictObject({ access: z.enum(["private", "public"]).default("private"), authorizedIpRanges: z.array(range).optional() }).prefault({}),
    zones: z.array(z.enum(["1", "2", "3"])).default(["1", "2", "3"]),
    pools: z
      .strictObject({
        system: pool({ name: "system", vmSize: "Standard_D4ds_v5", minCount: 3, maxCount: 5 }).prefault({}),
        user: pool({ name: "user", vmSize: "Standard_D4ds_v5", minCount: 3, maxCount: 10 }).extend({ taints: z.array(z.string()).default([]) }).prefault({}),
        ingress: pool({ name: "ingress", vmSize: "Standard_D2ds_v5", minCount: 3, maxCount: 5 }).prefault({}),
      })
      .prefault({}),
    upgrades: z
      .strictObject({
        channel: z.enum(["patch", "stable", "rapid", "node-image", "none"]).default("patch"),
        nodeOsChannel: z.enum(["NodeImage", "SecurityPatch", "Unmanaged", "None"]).default("NodeImage"),
        maxSurge: z.string().default("33%"),
        window: z
          .strictObject({
            day: z.enum(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]).default("Sunday"),
            start: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "a time of 24 hours, as 02:00" }).default("02:00"),
            utcOffset: z.string().regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, { error: "an offset, as +00:00" }).default("+00:00"),
            hours: z.int().default(6),
          })
          .prefault({}),
      })
      .prefault({}),
    encryptionAtHost: z.boolean().default(true),
  })
  .prefault({});

const encryption = z
  .strictObject({
    key: z
      .strictObject({
        type: z.enum(["RSA", "RSA-HSM"]).default("RSA"),
        size: z.literal([2048, 3072, 4096]).default(3072),
        rotateAfter: duration.default("P180D"),
        expireAfter: duration.default("P2Y"),
        notifyBefore: duration.default("P30D"),
      })
      .prefault({}),
    openVaultReason: reason.optional(),
  })
  .prefault({});

const registry = z
  .strictObject({
    retentionDays: z.int().default(15),
    zoneRedundant: z.boolean().default(true),
    cachedRepositories: z.array(z.string()).default([]),
    purge: z
      .strictObject({
        schedule: z.string().default("0 3 * * *"),
        rules: z.record(z.string(), z.strictObject({ repositories: z.string(), keep: z.int() })).default({}),
      })
      .prefault({}),
  })
  .prefault({});

const images = z
  .strictObject({
    source: z.enum(["upstream", "registry"]).default("upstream"),
    dockerHub: z.strictObject({ vaultId: z.string(), usernameSecretUri: z.string(), passwordSecretUri: z.string() }).optional(),
  })
  .prefault({});

/** How copies of blobs can be kept. */
export const storageSkus = ["Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_GZRS", "Standard_RAGRS", "Standard_RAGZRS"] as const;

const storage = z
  .strictObject({
    sku: z.enum(storageSkus).default("Standard_ZRS"),
    containers: z.array(z.string()).default([]),
    deleteRetentionDays: z.int().default(30),
  })
  .prefault({});

const monitoring = z.strictObject({ retentionDays: z.int().default(90), dailyCapGb: z.number().optional() }).prefault({});

const frontDoor = z
  .strictObject({
    privateLinkLocation: z.string().optional(),
    unlistedLocationReason: reason.optional(),
    firewall: z.strictObject({ mode: z.enum(["Prevention", "Detection"]).default("Prevention"), rateLimitPerMinute: z.int().default(1000) }).prefault({}),
    responseTimeoutSeconds: z.int().default(60),
  })
  .prefault({});

const mesh = z.strictObject({ exceptions: z.record(z.string(), z.strictObject({ mode: z.literal("PERMISSIVE"), reason })).default({}) }).prefault({});

const certificates = z.strictObject({
  email: z.email({ error: "an address, as platform@example.com" }),
  authority: z.enum(["letsencrypt", "letsencrypt-staging"]).default("letsencrypt"),
});

const signIn = z
  .strictObject({
    allowed: z
      .strictObject({
        emails: z.array(z.string()).default([]),
        servicePrincipals: z.array(guid).default([]),
        groups: z.array(guid).default([]),
      })
      .prefault({}),
    application: z.strictObject({ clientId: guid }).optional(),
    host: z.string().optional(),
  })
  .prefault({});

const prometheus = z.strictObject({ retentionDays: z.int().default(15), sizeGi: z.int().default(32) }).prefault({});

const kayenta = z
  .strictObject({
    enabled: z.boolean().default(true),
    host: z.string().optional(),
    callers: z.record(z.string(), z.strictObject({ reason })).default({}),
  })
  .prefault({});

const observability = z
  .strictObject({
    grafana: z.strictObject({ host: z.string() }).optional(),
    kiali: z.strictObject({ host: z.string() }).optional(),
    tracing: z
      .strictObject({ host: z.string(), samplingPercent: z.number().default(1), retentionDays: z.int().default(3), sizeGi: z.int().default(16) })
      .optional(),
  })
  .prefault({});

const rateLimit = z.strictObject({
  path: z.union([z.strictObject({ exact: z.string() }), z.strictObject({ prefix: z.string() })], { error: "{ exact: <path> } or { prefix: <path> }" }).optional(),
  methods: z.array(z.string()).optional(),
  headers: z.record(z.string(), z.union([z.array(z.string()), z.literal("present")], { error: "a list of values, or present" })).optional(),
  per: z.enum(["everyone", "client-address"]).default("everyone"),
  requests: z.int(),
  unit: z.enum(["second", "minute", "hour", "day"]),
});

const rateLimits = z
  .strictObject({
    hosts: z.record(z.string(), z.record(z.string(), rateLimit)).default({}),
    failClosed: z.boolean().default(false),
  })
  .prefault({});

const dns = z.strictObject({ zone: z.string(), resourceGroup: z.string() });

/** The sections of the object `platform`, each with a schema of its own, so that an error in one doesn't hide those of another. */
export const sections = {
  environment: z.string(),
  azure,
  access,
  network,
  cluster,
  encryption,
  registry,
  images,
  storage,
  monitoring,
  frontDoor,
  mesh,
  certificates,
  dns,
  domain: z.string(),
  hosts: z.record(z.string(), z.strictObject({ signIn: z.boolean().default(false) })).default({}),
  signIn,
  echo: z.strictObject({ hosts: z.array(z.string()).default([]) }).prefault({}),
  prometheus,
  kayenta,
  observability,
  rateLimits,
  policyExceptions: policyExceptions.default([]),
  protect: z.boolean().optional(),
};

/** The name of a section. */
export type SectionName = keyof typeof sections;

/** The sections as they are once their shape is right: types checked, defaults filled in, not yet checked by the rules. */
export type Sections = { readonly [Name in SectionName]: z.output<(typeof sections)[Name]> };

/** How the API server is reached: over private addresses alone, or by a public name from the given ranges. */
export type ApiServerAccess = { readonly access: "private" } | { readonly access: "public"; readonly authorizedIpRanges: string[] };

/** An environment's settings, complete: checked by every rule, with no default left open. Keys and units are those of docs/configuration.md. */
export interface PlatformConfig extends Omit<Sections, "cluster" | "frontDoor" | "protect"> {
  readonly cluster: Omit<Sections["cluster"], "apiServer"> & { readonly apiServer: ApiServerAccess };
  readonly frontDoor: Omit<Sections["frontDoor"], "privateLinkLocation"> & { readonly privateLinkLocation: string };
  readonly protect: boolean;
}

// Left to Azure where the upgrade channel moves on to newer ones.
const defaultKubernetesVersion = "1.36";

/** Fills in the settings whose default depends on others. */
export function resolve(parsed: Sections): PlatformConfig {
  const { kubernetesVersion = defaultKubernetesVersion, upgrades } = parsed.cluster;
  const { access, authorizedIpRanges = [] } = parsed.cluster.apiServer;
  return {
    ...parsed,
    cluster: {
      ...parsed.cluster,
      ...(upgrades.channel !== "stable" && { kubernetesVersion }),
      apiServer: access === "private" ? { access } : { access, authorizedIpRanges },
    },
    frontDoor: { ...parsed.frontDoor, privateLinkLocation: parsed.frontDoor.privateLinkLocation ?? parsed.azure.location },
    protect: parsed.protect ?? parsed.environment === "prod",
  };
}
