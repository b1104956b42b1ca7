import { Problem } from "../shared/errors";

/** What decides how copies of data can be kept in a region. */
interface Region {
  /** The number of availability zones that a subscription sees; 0: none. */
  readonly zones: number;
  /** Whether Azure keeps geo-redundant copies in a second region, its pair. */
  readonly paired: boolean;
}

/**
 * The regions of Azure's public cloud by their programmatic name. A region that is newer than this list is refused with a message that
 * names the file to add it to.
 *
 * @source https://learn.microsoft.com/azure/reliability/regions-list
 */
const regions: Readonly<Record<string, Region>> = {
  australiacentral: { zones: 0, paired: true },
  australiacentral2: { zones: 0, paired: true },
  australiaeast: { zones: 3, paired: true },
  australiasoutheast: { zones: 0, paired: true },
  austriaeast: { zones: 3, paired: false },
  belgiumcentral: { zones: 3, paired: false },
  brazilsouth: { zones: 3, paired: true },
  brazilsoutheast: { zones: 0, paired: true },
  canadacentral: { zones: 3, paired: true },
  canadaeast: { zones: 0, paired: true },
  centralindia: { zones: 3, paired: true },
  centralus: { zones: 3, paired: true },
  chilecentral: { zones: 3, paired: false },
  denmarkeast: { zones: 3, paired: false },
  eastasia: { zones: 3, paired: true },
  eastus: { zones: 3, paired: true },
  eastus2: { zones: 3, paired: true },
  francecentral: { zones: 3, paired: true },
  francesouth: { zones: 0, paired: true },
  germanynorth: { zones: 0, paired: true },
  germanywestcentral: { zones: 3, paired: true },
  indonesiacentral: { zones: 3, paired: false },
  israelcentral: { zones: 3, paired: false },
  italynorth: { zones: 3, paired: false },
  japaneast: { zones: 3, paired: true },
  japanwest: { zones: 3, paired: true },
  jioindiacentral: { zones: 0, paired: true },
  jioindiawest: { zones: 0, paired: true },
  koreacentral: { zones: 3, paired: true },
  koreasouth: { zones: 0, paired: true },
  malaysiawest: { zones: 3, paired: false },
  mexicocentral: { zones: 3, paired: false },
  newzealandnorth: { zones: 3, paired: false },
  northcentralus: { zones: 0, paired: true },
  northeurope: { zones: 3, paired: true },
  norwayeast: { zones: 3, paired: true },
  norwaywest: { zones: 0, paired: true },
  polandcentral: { zones: 3, paired: false },
  qatarcentral: { zones: 3, paired: false },
  southafricanorth: { zones: 3, paired: true },
  southafricawest: { zones: 0, paired: true },
  southcentralus: { zones: 3, paired: true },
  southeastasia: { zones: 3, paired: true },
  southindia: { zones: 0, paired: true },
  spaincentral: { zones: 3, paired: false },
  swedencentral: { zones: 3, paired: true },
  switzerlandnorth: { zones: 3, paired: true },
  switzerlandwest: { zones: 0, paired: true },
  uaecentral: { zones: 0, paired: true },
  uaenorth: { zones: 3, paired: true },
  uksouth: { zones: 3, paired: true },
  ukwest: { zones: 0, paired: true },
  westcentralus: { zones: 0, paired: true },
  westeurope: { zones: 3, paired: true },
  westindia: { zones: 0, paired: true },
  westus: { zones: 0, paired: true },
  westus2: { zones: 3, paired: true },
  westus3: { zones: 3, paired: true },
};

/** Tells whether a region exists. */
export function isRegion(name: string): boolean {
  return Object.hasOwn(regions, name);
}

/** Tells whether a region is known to have no availability zones. */
export function lacksZones(name: string): boolean {
  return isRegion(name) && regions[name]?.zones === 0;
}

/**
 * The problem of a storage account that is to keep copies where its region has no place for them: in zones (`ZRS`, `GZRS`), or in a pair
 * (`GRS`, `GZRS`). `offered` are the redundancies to choose from.
 *
 * @source https://learn.microsoft.com/azure/storage/common/storage-redundancy
 */
export function redundancyProblems(path: string, sku: string, location: string, offered: readonly string[]): Problem[] {
  const lacking = lacks(sku, location);
  if (lacking === undefined) return [];
  const allowed = offered.filter((other) => lacks(other, location) === undefined).join(", ");
  return [{ path, message: `asks for ${lacking}, which ${location} does not have`, given: sku, allowed }];
}

/** What a redundancy needs that a region is known to have not. */
function lacks(sku: string, location: string): string | undefined {
  if (/ZRS$/.test(sku) && lacksZones(location)) return "availability zones";
  return /GZ?RS$/.test(sku) && isRegion(location) && regions[location]?.paired === false ? "a paired region" : undefined;
}
