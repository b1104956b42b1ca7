/**
 * The regions in which Front Door can make a private endpoint to an origin. The region need not be the origin's own; the nearest is best.
 * Azure adds to the list now and then.
 *
 * @source https://learn.microsoft.com/azure/frontdoor/private-link#region-availability
 */
export const privateLinkRegions: readonly string[] = [
  "australiaeast",
  "brazilsouth",
  "canadacentral",
  "centralindia",
  "centralus",
  "eastasia",
  "eastus",
  "eastus2",
  "francecentral",
  "germanywestcentral",
  "japaneast",
  "koreacentral",
  "northeurope",
  "norwayeast",
  "southafricanorth",
  "southcentralus",
  "southeastasia",
  "swedencentral",
  "uksouth",
  "usgovarizona",
  "usgovtexas",
  "usgovvirginia",
  "westeurope",
  "westus2",
  "westus3",
];
