import * as containerregistry from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { AzureContext } from "../shared/azureContext";
import { CustomerManagedKey } from "../shared/customerManagedKey";
import { Problem, refuseProblems } from "../shared/errors";
import { PrivateEndpointTarget } from "../shared/privateEndpointTarget";
import { diagnose } from "./diagnose";
import { PrivateEndpoint } from "./privateEndpoint";

/** Arguments of `ContainerRegistry`. */
export interface ContainerRegistryArgs {
  readonly context: AzureContext;
  readonly resourceGroupName: string;
  readonly key: CustomerManagedKey;
  readonly privateEndpoint: PrivateEndpointTarget;
  /** After how many days a manifest without a tag is deleted: 0 to 365. */
  readonly retentionDays: number;
  /** Whether the registry is spread over the zones of its region, which must have some. */
  readonly zoneRedundant: boolean;
  /** Public repositories that can be pulled through the registry, as `docker.io/istio/pilot`, which becomes `istio/pilot` here. */
  readonly cachedRepositories: readonly string[];
  readonly workspaceId: pulumi.Input<string>;
}

/**
 * The environment's container registry: encrypted with the customer's key from its first day (it can't be added later), without admin user
 * or anonymous pull, reached over its private endpoint only. It takes only tokens made for registries, not those for all of Azure; the
 * nodes' credential provider and `az acr login` ask for such tokens.
 *
 * @throws ArgumentError when the retention is out of range, or a cached repository is not one that the registry can pull without signing in.
 * @example
 * const registry = new ContainerRegistry("registry", {
 *   context, resourceGroupName, workspaceId, key: keys.key("registry"), privateEndpoint: { subnetId, zoneId },
 *   retentionDays: 15, zoneRedundant: true, cachedRepositories: ["docker.io/istio/pilot"],
 * });
 * @source https://learn.microsoft.com/azure/container-registry/tutorial-enable-customer-managed-keys
 * @source https://learn.microsoft.com/azure/container-registry/container-registry-disable-authentication-as-arm
 * @source https://learn.microsoft.com/azure/container-registry/artifact-cache-overview
 */
export class ContainerRegistry extends pulumi.ComponentResource {
  /** The registry's resource id. */
  readonly registryId: pulumi.Output<string>;
  /** The host that images are pulled from, as `cracmedev3f2a1c.azurecr.io`. */
  readonly loginServer: string;
  readonly registryName: string;

  constructor(name: string, args: ContainerRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, problems(args));
    super("delivery-platform:azure:ContainerRegistry", name, {}, opts);
    const { context, resourceGroupName, key, retentionDays, zoneRedundant, cachedRepositories, workspaceId } = args;

    const registryName = context.names.of("registry");
    const registry = new containerregistry.Registry(
      name,
      {
        resourceGroupName,
        registryName,
        location: context.location,
        tags: context.tags,
        sku: { name: "Premium" },
        identity: { type: "UserAssigned", userAssignedIdentities: key.identityId.apply((id) => ({ [id]: {} })) },
        encryption: { status: "enabled", keyVaultProperties: { identity: key.identityClientId, keyIdentifier: key.keyUri } },
        adminUserEnabled: false,
        anonymousPullEnabled: false,
        publicNetworkAccess: "Disabled",
        networkRuleSet: { defaultAction: "Deny" },
        networkRuleBypassOptions: "AzureServices",
        zoneRedundancy: zoneRedundant ? "Enabled" : "Disabled",
        policies: {
          azureADAuthenticationAsArmPolicy: { status: "disabled" },
          exportPolicy: { status: "disabled" },
          retentionPolicy: { status: "enabled", days: retentionDays },
        },
      },
      { parent: this, dependsOn: key.ready, protect: context.protect },
    );
    for (const repository of cachedRepositories) {
      new containerregistry.CacheRule(
        `${name}-cache-${repository}`,
        {
          resourceGroupName,
          registryName,
          cacheRuleName: context.names.of("cacheRule", repository.replace(/[^a-zA-Z0-9]+/g, "-")),
          sourceRepository: repository,
          targetRepository: cachedAs(repository),
        },
        { parent: this, dependsOn: registry },
      );
    }
    const endpoint = { context, resourceGroupName, role: "registry", resourceId: registry.id, groupId: "registry", target: args.privateEndpoint } as const;
    new PrivateEndpoint(`${name}-endpoint`, endpoint, { parent: this });
    diagnose(`${name}-diagnostics`, { target: registry.id, workspaceId, logs: { group: "allLogs" }, metrics: true }, { parent: this });

    this.registryId = registry.id;
    this.loginServer = `${registryName}.azurecr.io`;
    this.registryName = registryName;
    this.registerOutputs({ registryId: this.registryId, loginServer: this.loginServer, registryName: this.registryName });
  }
}

/** Where a public repository is found in the registry: under its own path. */
function cachedAs(repository: string): string {
  return repository.slice(repository.indexOf("/") + 1);
}

/** The public registries that can be cached without signing in to them: https://learn.microsoft.com/azure/container-registry/artifact-cache-overview */
const upstreams = ["docker.io", "mcr.microsoft.com", "public.ecr.aws", "ghcr.io", "quay.io", "registry.k8s.io"];
const repositoryPattern = /^[a-z0-9.-]+(\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+$/;

function problems({ retentionDays, cachedRepositories }: ContainerRegistryArgs): Problem[] {
  const found: Problem[] = [];
  if (!Number.isInteger(retentionDays) || retentionDays < 0 || retentionDays > 365) {
    const allowed = "a whole number of days from 0 to 365";
    found.push({ path: "retentionDays", message: "is not a time that the registry takes", given: String(retentionDays), allowed });
  }
  const path = "cachedRepositories";
  cachedRepositories.forEach((repository, index) => {
    if (!repositoryPattern.test(repository) || !upstreams.some((host) => repository.startsWith(`${host}/`))) {
      const allowed = `a path without a tag in ${upstreams.join(", ")}`;
      found.push({ path, message: "is not a repository that can be cached", given: repository, allowed, fix: "Name host and path, as docker.io/istio/pilot." });
      return;
    }
    const earlier = cachedRepositories.slice(0, index).find((other) => cachedAs(other) === cachedAs(repository));
    if (earlier === undefined) return;
    found.push({ path, message: `would be cached under the same path as ${earlier}`, given: repository, fix: "Keep one of the two." });
  });
  return found;
}
