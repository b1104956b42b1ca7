import { createHash } from "node:crypto";

/**
 * What Azure allows in the name of one kind of resource.
 * @source facts: the naming rules of each service, https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
interface NameRule {
  /** The abbreviation that tells the kind, as Microsoft's Cloud Adoption Framework lists it. */
  readonly abbreviation: string;
  readonly max: number;
  /** What may stand between the parts; empty where only letters and digits are allowed. */
  readonly separator: "-" | "";
  /** True where the name is unique in all of Azure, so that it carries a hash of the subscription. */
  readonly global: boolean;
  readonly pattern: RegExp;
}

const hyphenated = (abbreviation: string, max: number, pattern: RegExp, global = false): NameRule => ({ abbreviation, max, separator: "-", global, pattern });
const compact = (abbreviation: string, max: number, pattern: RegExp, global = false): NameRule => ({ abbreviation, max, separator: "", global, pattern });

export const nameRules = {
  resourceGroup: hyphenated("rg", 63, /^[\w().-]{1,62}[\w()-]$/),
  virtualNetwork: hyphenated("vnet", 63, /^[a-zA-Z0-9][\w.-]{0,61}\w$/),
  subnet: hyphenated("snet", 63, /^[a-zA-Z0-9][\w.-]{0,61}\w$/),
  networkSecurityGroup: hyphenated("nsg", 80, /^[a-zA-Z0-9][\w.-]{0,78}\w$/),
  privateEndpoint: hyphenated("pep", 80, /^[a-zA-Z0-9][\w.-]{0,78}\w$/),
  privateLinkService: hyphenated("pls", 80, /^[a-zA-Z0-9][\w.-]{0,78}\w$/),
  userAssignedIdentity: hyphenated("id", 128, /^[a-zA-Z0-9][\w-]{2,127}$/),
  workspace: hyphenated("log", 63, /^[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]$/),
  // The vault's own random suffix follows, so that a soft-deleted namesake does not stop a new one: 24 less "-" and 6.
  vaultPrefix: hyphenated("kv", 17, /^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,15}[a-zA-Z0-9]$/),
  registry: compact("cr", 50, /^[a-zA-Z0-9]{5,50}$/, true),
  cacheRule: hyphenated("cache", 50, /^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$/),
  credentialSet: hyphenated("cred", 50, /^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$/),
  storageAccount: compact("st", 24, /^[a-z0-9]{3,24}$/, true),
  diskEncryptionSet: hyphenated("des", 80, /^[\w-]{1,80}$/),
  managedCluster: hyphenated("aks", 63, /^[a-zA-Z0-9]$|^[a-zA-Z0-9][-\w]{0,61}[a-zA-Z0-9]$/),
  frontDoorProfile: hyphenated("afd", 90, /^[\da-zA-Z][-\da-zA-Z]{0,88}[\da-zA-Z]$/),
  frontDoorEndpoint: hyphenated("fde", 46, /^[\da-zA-Z][-\da-zA-Z]{0,44}[\da-zA-Z]$/, true),
  frontDoorFirewall: compact("fdfp", 128, /^[a-zA-Z][\da-zA-Z]{0,127}$/),
} as const satisfies Record<string, NameRule>;

/** A kind of resource that `Names` can name. */
export type NamedKind = keyof typeof nameRules;

/** What every name of one environment is made of. */
export interface NamesArgs {
  /** The workload, as `acme`: 2 to 8 lower-case letters and digits, a letter first. */
  readonly workload: string;
  /** The environment, as `dev`: 2 to 8 lower-case letters and digits, a letter first. */
  readonly environment: string;
  /** The subscription; its hash makes globally unique names differ between customers. */
  readonly subscriptionId: string;
}

/**
 * Gives every Azure resource of one environment its name: kind, workload, environment and role, in the form and length that Azure
 * allows for that kind. The same arguments give the same name in every run, so that names are known in a preview.
 *
 * @example
 * const names = new Names({ workload: "acme", environment: "dev", subscriptionId });
 * names.of("managedCluster");          // aks-acme-dev
 * names.of("storageAccount", "kayenta"); // stacmedevkayenta3f2a1c
 */
export class Names {
  constructor(private readonly args: NamesArgs) {}

  /** The name for one resource of a kind. `role` tells apart several of a kind and stays the same for ever. */
  of(kind: NamedKind, role?: string): string {
    const rule: NameRule = nameRules[kind];
    const { workload, environment, subscriptionId } = this.args;
    const readable = [rule.abbreviation, workload, environment, ...(role === undefined ? [] : [role])]
      .map((part) => (rule.separator === "" ? part.replace(/[^a-zA-Z0-9]/g, "") : part))
      .join(rule.separator);
    const unique = rule.global ? [hash(`${subscriptionId}/${readable}`)] : [];
    const whole = [readable, ...unique].join(rule.separator);
    const name = whole.length <= rule.max ? whole : shorten(readable, rule, `${subscriptionId}/${readable}`);
    if (!rule.pattern.test(name)) {
      throw new Error(`The name "${name}" for ${kind}${role === undefined ? "" : ` (${role})`} is not one that Azure allows: ${rule.pattern}. Use only letters, digits and hyphens in workload, environment and role.`);
    }
    return name;
  }
}

/** Six characters that stand for a text: 24 bits are plenty to tell apart the few names that need one. */
function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 6);
}

/** Cuts a name that is too long and ends it with its own hash, so that two long names stay apart. */
function shorten(readable: string, rule: NameRule, identity: string): string {
  const tail = `${rule.separator}${hash(identity)}`;
  return readable.slice(0, rule.max - tail.length).replace(/-+$/, "") + tail;
}
