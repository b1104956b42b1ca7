import { Resource } from "../resource";
import { sameText, World } from "../world";
import { originType, profileOf } from "./frontDoor";
import { first, refusal, Rule } from "./rule";

const types = [originType];
const privateLink = "https://learn.microsoft.com/azure/frontdoor/private-link";
const serviceType = "kubernetes:core/v1:Service";

/** The regions whose private link service Front Door can be asked to use; the list grows. */
const regions = new Set(
  (
    "brazilsouth canadacentral centralus eastus eastus2 southcentralus westus2 westus3 usgovarizona usgovtexas usgovvirginia francecentral germanywestcentral northeurope " +
    "norwayeast uksouth westeurope swedencentral southafricanorth australiaeast centralindia japaneast koreacentral eastasia southeastasia"
  ).split(" "),
);

const usesPrivateLink = (origin: Resource): boolean => origin.has("sharedPrivateLinkResource");
const linkId = "sharedPrivateLinkResource.privateLink.id";

/** The other origins of the same profile. */
function siblings(origin: Resource, world: World, paths: readonly string[]): Resource[] {
  return world.of(originType).filter((other) => ["profileName", "resourceGroupName", ...paths].every((path) => origin.text(path) !== undefined && origin.text(path) === other.text(path)));
}

export const frontDoorOrigin: readonly Rule[] = [
  {
    id: "origin-private-link-premium",
    types,
    source: privateLink,
    check: (origin, world) =>
      usesPrivateLink(origin) && profileOf(origin, world)?.isNot("sku.name", "Premium_AzureFrontDoor") ? refusal("BadRequest", "Private link is only supported by a profile of the SKU Premium_AzureFrontDoor.") : undefined,
  },
  {
    id: "origin-private-link-certificate",
    types,
    source: privateLink,
    check: (origin) =>
      usesPrivateLink(origin) && origin.is("enforceCertificateNameCheck", false) ? refusal("BadRequest", "An origin with a private link must have enforceCertificateNameCheck true, with HTTP as well.") : undefined,
  },
  {
    id: "origin-private-link-empty",
    types,
    source: privateLink,
    check: (origin) =>
      usesPrivateLink(origin) && origin.lacks(linkId) ? refusal("BadRequest", "Property 'AfdOrigin.SharedPrivateLinkResource.PrivateLink' is required but it was not set: leave sharedPrivateLinkResource out where there is none.") : undefined,
  },
  {
    id: "origin-private-link-location",
    types,
    source: privateLink,
    check: (origin) => (origin.has(linkId) && origin.lacks("sharedPrivateLinkResource.privateLinkLocation") ? refusal("BadRequest", "Property 'AfdOrigin.SharedPrivateLinkResource.PrivateLinkLocation' is required.") : undefined),
  },
  {
    id: "origin-private-link-region",
    types,
    level: "warning",
    source: privateLink,
    check(origin) {
      const location = origin.text("sharedPrivateLinkResource.privateLinkLocation");
      return location === undefined || regions.has(location.toLowerCase().replace(/ /g, "")) ? undefined : refusal("BadRequest", `Front Door is not documented to use private links in ${location}.`);
    },
  },
  {
    id: "origin-private-link-group",
    types,
    source: "https://learn.microsoft.com/azure/frontdoor/standard-premium/how-to-enable-private-link-internal-load-balancer",
    check: (origin) =>
      /\/privateLinkServices\//i.test(origin.text(linkId) ?? "") && origin.has("sharedPrivateLinkResource.groupId") ? refusal("BadRequest", "groupId must not be set for a private link service.") : undefined,
  },
  {
    id: "origin-private-link-message",
    types,
    source: "https://learn.microsoft.com/rest/api/frontdoor/azurefrontdoorstandardpremium/afd-origins/create",
    check(origin) {
      const message = origin.text("sharedPrivateLinkResource.requestMessage");
      return message !== undefined && (message.length < 1 || message.length > 140) ? refusal("BadRequest", `requestMessage has ${message.length} characters: it must have from 1 to 140.`) : undefined;
    },
  },
  {
    id: "origin-group-mixed",
    types,
    source: privateLink,
    check: (origin, world) =>
      first(siblings(origin, world, ["originGroupName"]), (other) =>
        usesPrivateLink(other) === usesPrivateLink(origin) ? undefined : refusal("BadRequest", `An origin group can't mix private and public origins: '${origin.name}' and '${other.name}'.`),
      ),
  },
  {
    id: "origin-private-link-ports",
    types,
    source: privateLink,
    check: (origin, world) =>
      first(siblings(origin, world, [linkId, "sharedPrivateLinkResource.privateLinkLocation"]), (other) =>
        ["httpPort", "httpsPort"].some((port) => origin.number(port) !== other.number(port))
          ? refusal("BadRequest", `The origins '${origin.name}' and '${other.name}' use one private link with different ports; one pair of ports is supported.`)
          : undefined,
      ),
  },
  {
    id: "origin-waits-for-service",
    types,
    source: "https://cloud-provider-azure.sigs.k8s.io/topics/pls-integration/",
    check(origin, world) {
      const name = /\/privateLinkServices\/([^/]+)$/i.exec(origin.text(linkId) ?? "")?.[1];
      if (name === undefined) return undefined;
      const maker = world.of(serviceType).find((service) => sameText(service.map("metadata.annotations")["service.beta.kubernetes.io/azure-pls-name"] ?? "", name));
      return maker === undefined || world.neededBy(origin).includes(maker)
        ? undefined
        : refusal("ResourceNotFound", `The private link service '${name}' is made with the Service '${maker.name}': let the origin depend on it, or it may be created before and deleted after.`);
    },
  },
];
