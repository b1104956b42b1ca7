import { Resource } from "../resource";
import { first, refusal, Rule } from "./rule";

const limitations = "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations";

/** The names of a resource's tags. */
const tagNames = (resource: Resource): string[] => Object.keys(resource.map("tags"));

/** A rule that refuses tags whose names have a form that a service does not take. */
function badName(id: string, types: readonly string[], bad: RegExp, why: string): Rule {
  return { id, types, source: limitations, check: (resource) => first(tagNames(resource), (name) => (bad.test(name) ? refusal("InvalidTagNameCharacters", `The tag name '${name}' ${why}.`) : undefined)) };
}

/** A rule for the most tags that a type takes. */
function most(id: string, types: readonly string[], limit: number, source = limitations): Rule {
  return {
    id,
    types,
    source,
    check: (resource) => (tagNames(resource).length > limit ? refusal("InvalidTags", `The resource has ${tagNames(resource).length} tags, and takes ${limit}.`) : undefined),
  };
}

const privateDns = ["azure-native:privatedns:PrivateZone", "azure-native:privatedns:VirtualNetworkLink"];

export const tags: readonly Rule[] = [
  most("private-dns-tag-count", privateDns, 15),
  most("key-tag-count", ["azure-native:keyvault:Key"], 15, "https://learn.microsoft.com/azure/key-vault/keys/about-keys-details#key-tags"),
  badName("tag-name-characters", ["azure-native:*"], /[<>%&\\?/]/, "holds a character that no tag takes: < > % & \\ ? /"),
  badName("dns-tag-name", privateDns, /^\d|[^\w.<>%&\\?/-]/, "begins with a number, or holds a space or a special character, which DNS zones don't take"),
  badName("front-door-tag-name", ["azure-native:cdn:*", "azure-native:frontdoor:*"], /[#:]/, "holds # or :, which Front Door does not take"),
];
