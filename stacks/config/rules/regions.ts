import { privateLinkRegions } from "../../../components/azure/privateLinkRegions";
import { isRegion, lacksZones, redundancyProblems } from "../../../components/azure/regions";
import { Problem } from "../../../components/shared/errors";
import { repeated, rule } from "../rule";
import { storageSkus } from "../schema";

const regionList = "https://learn.microsoft.com/azure/reliability/regions-list";
const privateLink = "https://learn.microsoft.com/azure/frontdoor/private-link#region-availability";

export const regionRules = [
  rule({
    id: "region-known",
    source: regionList,
    sections: ["azure"],
    check: ({ azure }) => unknownRegion("azure.location", azure.location),
  }),
  rule({
    id: "cluster-zones-in-region",
    source: regionList,
    sections: ["azure", "cluster"],
    check: ({ azure, cluster }) => (cluster.zones.length > 0 && lacksZones(azure.location) ? [withoutZones("cluster.zones", cluster.zones.join(", "), azure.location, "an empty list: []")] : []),
  }),
  rule({
    id: "cluster-zones-repeated",
    source: "https://learn.microsoft.com/azure/aks/availability-zones-overview",
    sections: ["cluster"],
    check: ({ cluster }) => repeated("cluster.zones", cluster.zones),
  }),
  rule({
    id: "registry-zones-in-region",
    source: "https://learn.microsoft.com/azure/container-registry/zone-redundancy",
    sections: ["azure", "registry"],
    check: ({ azure, registry }) => (registry.zoneRedundant && lacksZones(azure.location) ? [withoutZones("registry.zoneRedundant", "true", azure.location, "false")] : []),
  }),
  rule({
    id: "storage-redundancy-in-region",
    source: "https://learn.microsoft.com/azure/storage/common/storage-redundancy",
    sections: ["azure", "storage"],
    check: ({ azure, storage }) => redundancyProblems("storage.sku", storage.sku, azure.location, storageSkus),
  }),
  rule({
    id: "private-link-location-known",
    source: privateLink,
    sections: ["frontDoor"],
    check: ({ frontDoor }) => (frontDoor.privateLinkLocation === undefined ? [] : unknownRegion("frontDoor.privateLinkLocation", frontDoor.privateLinkLocation)),
  }),
  rule({
    id: "private-link-location-listed",
    source: privateLink,
    sections: ["azure", "frontDoor"],
    check: ({ azure, frontDoor }) => {
      const { privateLinkLocation: own, unlistedLocationReason } = frontDoor;
      const location = own ?? azure.location;
      if (!isRegion(location) || privateLinkRegions.includes(location) || unlistedLocationReason !== undefined) return [];
      return [
        {
          path: "frontDoor.privateLinkLocation",
          message: own === undefined ? `is needed: Front Door is not known to have private links in ${location}` : "is not a region in which Front Door is known to have private links",
          ...(own !== undefined && { given: own }),
          allowed: privateLinkRegions.filter(isRegion).join(", "),
          fix: "Name the nearest of these, the cluster stays where it is; or give frontDoor.unlistedLocationReason where Azure has added the region.",
        },
      ];
    },
  }),
];

function unknownRegion(path: string, name: string): Problem[] {
  if (isRegion(name)) return [];
  return [
    {
      path,
      message: "is not a known region of Azure's public cloud",
      given: JSON.stringify(name),
      allowed: "the programmatic name of a region, as westeurope",
      fix: "List them with `az account list-locations --query [].name`; add one that is new to components/azure/regions.ts.",
    },
  ];
}

function withoutZones(path: string, given: string, location: string, allowed: string): Problem {
  return { path, message: `asks for availability zones, which ${location} does not have`, given, allowed, fix: `Set it to ${allowed}, or choose a region with zones.` };
}
