import { malformed, rule } from "../rule";

const part = /^[a-z][a-z0-9]{1,7}$/;
const partForm = "2 to 8 lower-case letters and digits, a letter first";
const namingRules = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";

// Azure takes 50; the rest is left to the tags that the platform and Azure's own services add.
const mostTags = 40;

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
    id: "workload-name",
    source: namingRules,
    sections: ["azure"],
    check: ({ azure }) => malformed({ "azure.workload": azure.workload }, part, `${partForm}: it is part of names that Azure limits to 24`),
  }),
  rule({
    id: "tag-names",
    source: "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations",
    sections: ["azure"],
    check: ({ azure }) =>
      Object.entries(azure.tags)
        .filter(([name, value]) => !/^[^<>%&\\?/]{1,128}$/.test(name) || value.length > 256)
        .map(([name]) => ({ path: `azure.tags[${JSON.stringify(name)}]`, message: "is not a tag that every resource takes", allowed: "a name of up to 128 characters without < > % & \\ ? /, and a value of up to 256" })),
  }),
  rule({
    id: "tag-count",
    source: "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations",
    sections: ["azure"],
    check: ({ azure }) => {
      const count = Object.keys(azure.tags).length;
      return count <= mostTags ? [] : [{ path: "azure.tags", message: "has too many tags", given: String(count), allowed: `at most ${mostTags}` }];
    },
  }),
];
