import { Circumstances, Replacing } from "./replacement";

const entra = "https://www.pulumi.com/registry/packages/azuread/api-docs";
const random = "https://www.pulumi.com/registry/packages/random/";

/** By type; the pages say of each of these properties that its change makes a new resource. */
const table: Readonly<Record<string, Replacing>> = {
  "azuread:index/application:Application": { yes: ["templateId"], unsure: [], source: `${entra}/application/` },
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": { yes: ["applicationId", "displayName"], unsure: [], source: `${entra}/applicationfederatedidentitycredential/` },
  "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri": { yes: ["applicationId", "identifierUri"], unsure: [], source: `${entra}/applicationidentifieruri/` },
  "azuread:index/applicationPassword:ApplicationPassword": { yes: ["*"], unsure: [], source: `${entra}/applicationpassword/` },
  "azuread:index/servicePrincipal:ServicePrincipal": { yes: ["clientId"], unsure: [], source: `${entra}/serviceprincipal/` },
  "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant": {
    yes: ["resourceServicePrincipalObjectId", "servicePrincipalObjectId", "userObjectId"],
    unsure: [],
    source: `${entra}/serviceprincipaldelegatedpermissiongrant/`,
  },
  "time:index/sleep:Sleep": { yes: ["triggers"], unsure: [], source: "https://registry.terraform.io/providers/hashicorp/time/latest/docs/resources/sleep" },
  // Its provider, components/azure/privateLinkApproval.ts, approves again in place.
  "pulumi-nodejs:dynamic/deliveryPlatform:PrivateLinkApproval": { yes: [], unsure: [], source: "https://www.pulumi.com/docs/iac/concepts/providers/dynamic-providers/#how-dynamic-providers-work" },
};

export function otherProperties(type: string, { inputs }: Circumstances): Replacing | undefined {
  // A value that nobody made anew would not be the one that was asked for.
  if (type.startsWith("random:")) return { yes: ["*"], unsure: [], source: random };
  if (type === "pulumi:providers:kubernetes") return clusterProvider("clusterIdentifier" in inputs);
  // The code that decides is the provider's own.
  if (type.startsWith("pulumi-nodejs:dynamic")) return table[type] ?? { yes: [], unsure: ["*"], source: "https://www.pulumi.com/docs/iac/concepts/providers/dynamic-providers/" };
  return table[type];
}

/** Another cluster has all that is in it made anew. Without an identifier the provider takes it for another one by its address. */
function clusterProvider(identified: boolean): Replacing {
  const unsure = identified ? [] : ["kubeconfig", "context", "cluster"];
  return { yes: identified ? ["clusterIdentifier"] : [], unsure: [...unsure, "renderYamlToDirectory"], source: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/#clusteridentifier_nodejs" };
}
