/**
 * The regions of Azure's public cloud by their programmatic name, and the number of availability zones that a subscription sees in each (0: none).
 * A region that is newer than this list is refused with a message that names the file to add it to.
 *
 * @source https://learn.microsoft.com/azure/reliability/regions-list
 */
export const regions: Readonly<Record<string, number>> = {
  australiacentral: 0,
  australiacentral2: 0,
  australiaeast: 3,
  australiasoutheast: 0,
  austriaeast: 3,
  belgiumcentral: 3,
  brazilsouth: 3,
  brazilsoutheast: 0,
  canadacentral: 3,
  canadaeast: 0,
  centralindia: 3,
  centralus: 3,
  chilecentral: 3,
  denmarkeast: 3,
  eastasia: 3,
  eastus: 3,
  eastus2: 3,
  francecentral: 3,
  francesouth: 0,
  germanynorth: 0,
  germanywestcentral: 3,
  indonesiacentral: 3,
  israelcentral: 3,
  italynorth: 3,
  japaneast: 3,
  japanwest: 3,
  jioindiacentral: 0,
  jioindiawest: 0,
  koreacentral: 3,
  koreasouth: 0,
  malaysiawest: 3,
  mexicocentral: 3,
  newzealandnorth: 3,
  northcentralus: 0,
  northeurope: 3,
  norwayeast: 3,
  norwaywest: 0,
  polandcentral: 3,
  qatarcentral: 3,
  southafricanorth: 3,
  southafricawest: 0,
  southcentralus: 3,
  southeastasia: 3,
  southindia: 0,
  spaincentral: 3,
  swedencentral: 3,
  switzerlandnorth: 3,
  switzerlandwest: 0,
  uaecentral: 0,
  uaenorth: 3,
  uksouth: 3,
  ukwest: 0,
  westcentralus: 0,
  westeurope: 3,
  westindia: 0,
  westus: 0,
  westus2: 3,
  westus3: 3,
};

/** Tells whether a region exists. */
export function isRegion(name: string): boolean {
  return Object.hasOwn(regions, name);
}

/** Tells whether a region is known to have no availability zones. */
export function lacksZones(name: string): boolean {
  return isRegion(name) && regions[name] === 0;
}
