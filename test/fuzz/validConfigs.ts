import * as fc from "fast-check";
import { ConfigError } from "../../stacks/config/configError";
import { parseConfig } from "../../stacks/config/parseConfig";
import { storageSkus } from "../../stacks/config/schema";
import { RawConfig } from "../stacks/config/validConfig";
import { clusters } from "./clusters";
import { hosts } from "./hosts";
import { each, fitting, freeText, guid, label, namePart, of, reason, some, under } from "./texts";

const lower = "abcdefghijklmnopqrstuvwxyz";

// With and without zones, a pair, and private links of Front Door.
const regions = ["westeurope", "westeurope", "northeurope", "eastus", "swedencentral", "westus", "uaecentral", "qatarcentral", "italynorth", "switzerlandwest", "brazilsouth"];

const tags = under(fitting(/^(?!microsoft|azure|windows)[a-z]/i, `${lower}ABC019._-`, 1, 128), freeText(0, 256), 13);

const azure = fc.record(
  { tenantId: guid, subscriptionId: guid, location: fc.constantFrom(...regions), workload: namePart, tags },
  { requiredKeys: ["tenantId", "subscriptionId", "location", "workload"], noNullPrototype: true },
);

const access = fc.record(
  { deployers: fc.uniqueArray(guid, { minLength: 1, maxLength: 4 }), adminGroups: fc.uniqueArray(guid, { maxLength: 3 }), publishers: fc.uniqueArray(guid, { maxLength: 3 }), kubelogin: fc.constantFrom("azurecli", "workloadidentity", "msi", "spn") },
  { requiredKeys: ["deployers"], noNullPrototype: true },
);

const encryption = some({
  key: some({
    type: fc.constantFrom("RSA", "RSA-HSM"),
    size: fc.constantFrom(2048, 3072, 4096),
    rotateAfter: fc.constantFrom("P7D", "P21D", "P90D", "P6M"),
    expireAfter: fc.constantFrom("P28D", "P200D", "P13M", "P9999Y"),
    notifyBefore: fc.constantFrom("P1D", "P27D", "P1M"),
  }),
  openVaultReason: reason,
});

const cronField = (min: number, max: number): fc.Arbitrary<string> => {
  const number = fc.integer({ min, max });
  const range = fc.tuple(number, number).map((ends) => ends.sort((a, b) => a - b).join("-"));
  const part = fc.oneof(fc.constant("*"), number.map(String), range);
  const stepped = fc.tuple(part, fc.integer({ min: 1, max: 99 })).map(([text, step]) => `${text}/${step}`);
  return fc.oneof({ arbitrary: part, weight: 4 }, { arbitrary: stepped, weight: 1 }, { arbitrary: fc.tuple(part, part).map(String), weight: 1 });
};

const registry = some({
  // What the platform's own images might have as well, and what Docker Hub has, are in the rules' tests.
  cachedRepositories: fc.subarray(["public.ecr.aws/docker/library/mysql", "mcr.microsoft.com/dotnet/aspnet", "ghcr.io/acme/tools.v2/a_b"]),
  retentionDays: fc.integer({ min: 0, max: 365 }),
  zoneRedundant: fc.boolean(),
  purge: some({
    schedule: fc.tuple(cronField(0, 59), cronField(0, 23), cronField(1, 31), cronField(1, 12), cronField(0, 6)).map((fields) => fields.join(" ")),
    rules: under(fitting(/^[a-z]([-a-z0-9]{0,30}[a-z0-9])?$/, `${lower}0-`, 1, 32), each({ repositories: of(`${lower}09._/*?-`, 1, 60), keep: fc.integer({ min: 1, max: 1000 }) })),
  }),
});

const vault = "kv-shared-7";
const secretUri = (name: string): string => `https://${vault}.vault.azure.net/secrets/${name}`;
const images = fc.oneof(
  fc.constantFrom({}, { source: "upstream" }),
  fc.uniqueArray(of(`${lower}0-`, 1, 127), { minLength: 2, maxLength: 2 }).map(([username = "", password = ""]) => ({
    source: "registry",
    dockerHub: {
      vaultId: `/subscriptions/88888888-8888-4888-8888-888888888888/resourceGroups/rg-(shared)/providers/Microsoft.KeyVault/vaults/${vault}`,
      usernameSecretUri: secretUri(username),
      passwordSecretUri: secretUri(password),
    },
  })),
);

const storage = some({
  sku: fc.constantFrom(...storageSkus),
  containers: fc.uniqueArray(fitting(/^[a-z0-9]+(-[a-z0-9]+)*$/, `${lower}09-`, 3, 63), { maxLength: 4 }),
  deleteRetentionDays: fc.integer({ min: 1, max: 365 }),
});

const monitoring = some({ retentionDays: fc.integer({ min: 30, max: 730 }), dailyCapGb: fc.double({ min: 0.023, max: 4000, noNaN: true }) });

const frontDoor = some({
  privateLinkLocation: fc.constantFrom("westeurope", "eastus", "centralindia", "uksouth"),
  unlistedLocationReason: reason,
  firewall: some({ mode: fc.constantFrom("Prevention", "Detection"), rateLimitPerMinute: fc.integer({ min: 10, max: 1_000_000 }) }),
  responseTimeoutSeconds: fc.integer({ min: 16, max: 240 }),
});

const person = fc.tuple(of(`${lower}AZ09_'+-`, 1, 20), of(`${lower}09`, 1, 20)).map(([name, domain]) => `${name}a@${domain}.example.com`);
const certificates = fc.record({ email: person, authority: fc.constant("letsencrypt") }, { requiredKeys: ["email"], noNullPrototype: true });

const policyExceptions = fc.array(each({ policy: of(`${lower}-`, 1, 30), resource: freeText(1, 40).filter((text) => /\w/.test(text)), reason, until: fc.constantFrom("2001-01-01", "2024-02-29", "9999-12-31") }), { maxLength: 2 });

const independent = {
  mesh: some({ exceptions: under(label, each({ mode: fc.constant("PERMISSIVE"), reason })) }),
  prometheus: some({ retentionDays: fc.integer({ min: 1, max: 365 }), sizeGi: fc.integer({ min: 8, max: 4095 }) }),
  encryption,
  registry,
  images,
  storage,
  monitoring,
  frontDoor,
  policyExceptions,
  protect: fc.boolean(),
};

/**
 * A config of any environment that the schema and every rule allow; each part that can be left out is there in some and not in others. What
 * must fit together is mostly made so, and what does not is left out: about one of two is.
 */
export const raw: fc.Arbitrary<RawConfig> = fc
  .tuple(
    fc.record(
      { environment: fc.oneof(fc.constantFrom("dev", "staging", "prod"), namePart), azure, access, certificates, ...independent },
      { requiredKeys: ["environment", "azure", "access", "certificates"], noNullPrototype: true },
    ),
    clusters,
    hosts,
  )
  .map(([config, cluster, onHosts]): RawConfig => ({ ...config, ...cluster(config.azure.subscriptionId), ...onHosts }))
;
export const validConfigs = raw.filter(isAllowed);

function isAllowed(config: RawConfig): boolean {
  try {
    parseConfig(config, stackOf(config));
    return true;
  } catch (thrown) {
    if (thrown instanceof ConfigError) return false;
    throw thrown;
  }
}

/** The name of the stack that a config is for. */
export function stackOf(config: RawConfig): string {
  return String(config["environment"]);
}
