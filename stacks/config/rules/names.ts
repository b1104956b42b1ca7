import { malformed, repeated, rule } from "../rule";

const part = /^[a-z][a-z0-9]{1,7}$/;
const partForm = "2 to 8 lower-case letters and digits, a letter first";
const namingRules = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";

const tagLimits = "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations";

// The platform's own two are on every resource; those with a reason on the vault or an account.
const ownTags = ["workload", "environment", "open-vault-reason", "shared-key-reason"];

// Private DNS zones, their links and keys take 15, of which two are the platform's own; all else takes 50.
const mostTags = 13;

// What is left when the rules of every service are put together: DNS zones want a letter first and nothing special, Front Door no # and no :.
const tagName = /^(?!microsoft|azure|windows)[a-z][\w.-]{0,127}$/i;

const tagPath = (name: string): string => `azure.tags[${JSON.stringify(name)}]`;

export const nameRules = [
  rule({
    id: "environment-is-stack",
    source: "the platform's own: the wrong file must not change an environment",
    sections: ["environment"],
    check: ({ environment }, { stack }) =>
      environment === stack
        ? []
        : [{ path: "environment", message: "is not the name of the stack", given: JSON.stringify(environment), allowed: JSON.stringify(stack), fix: `Select the stack "${environment}", or correct Pulumi.${stack}.yaml.` }],
  }),
  rule({
    id: "environment-name",
    source: namingRules,
    sections: ["environment"],
    check: ({ environment }) => malformed({ environment }, part, `${partForm}: it is part of names that Azure limits to 24`),
  }),
  rule({
    id: "environment-reserved",
    source: "the platform's own: the bootstrap names what it makes so",
    sections: ["environment"],
    check: ({ environment }) =>
      environment === "state" ? [{ path: "environment", message: "is part of the names of the place where the state is kept", given: environment, allowed: "another name" }] : [],
  }),
  rule({
    id: "workload-name",
    source: namingRules,
    sections: ["azure"],
    check: ({ azure }) => malformed({ "azure.workload": azure.workload }, part, `${partForm}: it is part of names that Azure limits to 24`),
  }),
  rule({
    id: "tag-names",
    source: tagLimits,
    sections: ["azure"],
    check: ({ azure }) =>
      Object.entries(azure.tags)
        .filter(([name, value]) => !tagName.test(name) || value.length > 256)
        .map(([name]) => ({
          path: tagPath(name),
          message: "is not a tag that every resource takes",
          allowed: "a name of up to 128 letters, digits, dots, hyphens and underscores, a letter first, which does not begin with microsoft, azure or windows; a value of up to 256",
        })),
  }),
  rule({
    id: "tag-names-own",
    source: "the platform's own: it sets these tags itself",
    sections: ["azure"],
    check: ({ azure }) =>
      Object.keys(azure.tags)
        .filter((name) => ownTags.includes(name.toLowerCase()))
        .map((name) => ({ path: tagPath(name), message: "is a tag that the platform sets", allowed: `a name other than ${ownTags.join(", ")}`, fix: "Remove it, or give it another name." })),
  }),
  rule({
    id: "tag-names-repeated",
    source: "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources",
    sections: ["azure"],
    // Azure does not tell upper case from lower case in them.
    check: ({ azure }) => repeated("azure.tags", Object.keys(azure.tags).map((name) => name.toLowerCase())),
  }),
  rule({
    id: "tag-count",
    source: tagLimits,
    sections: ["azure"],
    check: ({ azure }) => {
      const count = Object.keys(azure.tags).length;
      return count <= mostTags ? [] : [{ path: "azure.tags", message: "has too many tags", given: String(count), allowed: `at most ${mostTags}` }];
    },
  }),
];
