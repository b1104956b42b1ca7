import * as containerregistry from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { AzureContext } from "../shared/azureContext";
import { CustomerManagedKey } from "../shared/customerManagedKey";
import { refuseProblems } from "../shared/errors";
import { registryHost } from "../shared/knownHosts";
import { nameWith } from "../shared/nameWith";
import { PrivateEndpointTarget } from "../shared/privateEndpointTarget";
import { cachedAs, isOnDockerHub } from "./cachedRepositories";
import { containerRegistryProblems } from "./containerRegistryProblems";
import { diagnose } from "./diagnose";
import { DockerHubAccount, DockerHubCredentials } from "./dockerHubCredentials";
import { PrivateEndpoint } from "./privateEndpoint";
import { RoleGrants } from "./roleGrants";

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
  /** With which account repositories of Docker Hub are cached; needed for these, and for no other. Default: none. */
  readonly dockerHub?: DockerHubAccount;
  /** Who may push images, and pull them: people, groups and pipelines by their object ids in Entra ID. Default: nobody. */
  readonly publishers?: readonly string[];
  readonly workspaceId: pulumi.Input<string>;
}

/**
 * The environment's container registry: encrypted with the customer's key from its first day (it can't be added later), without admin user
 * or anonymous pull, reached over its private endpoint only. It pulls the public repositories that it is told to cache when they are first
 * asked for. Whom it names may push; from where, is the network's to say.
 *
 * @throws ArgumentError when the retention is out of range, a cached repository is not one that the registry can pull, one of Docker Hub
 * has no account to pull it with, or a publisher is not an object id.
 * @example
 * const registry = new ContainerRegistry("registry", {
 *   context, resourceGroupName, workspaceId, key: keys.key("registry"), privateEndpoint: { subnetId, zoneId },
 *   retentionDays: 15, zoneRedundant: true, cachedRepositories: ["mcr.microsoft.com/azure-cli"],
 * });
 * @source https://learn.microsoft.com/azure/container-registry/tutorial-enable-customer-managed-keys
 * @source https://learn.microsoft.com/azure/container-registry/artifact-cache-overview
 * @source https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-overview
 */
export class ContainerRegistry extends pulumi.ComponentResource {
  /** The registry's resource id. */
  readonly registryId: pulumi.Output<string>;
  /** The host that images are pulled from, as `cracmedev3f2a1c.azurecr.io`. */
  readonly loginServer: string;
  readonly registryName: string;
  /** What pods must wait for that pull from the registry: its private endpoint, and the rules of the cached repositories. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ContainerRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, containerRegistryProblems(args));
    super("delivery-platform:azure:ContainerRegistry", name, {}, opts);
    const { context, resourceGroupName, key, retentionDays, zoneRedundant, cachedRepositories, publishers = [], workspaceId } = args;

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
          // A token for all of Azure is refused; it must be one for registries. The nodes ask for such tokens since version 1.32.4 of their
          // credential provider, and so in each release that runs Kubernetes 1.33 or later; `az acr login` asks for them too.
          // https://github.com/kubernetes-sigs/cloud-provider-azure/pull/8593
          // https://learn.microsoft.com/azure/container-registry/container-registry-disable-authentication-as-arm
          azureADAuthenticationAsArmPolicy: { status: "disabled" },
          exportPolicy: { status: "disabled" },
          retentionPolicy: { status: "enabled", days: retentionDays },
        },
      },
      { parent: this, dependsOn: key.ready, protect: context.protect },
    );
    const { dockerHub: account } = args;
    const dockerHub = account && new DockerHubCredentials(`${name}-docker-hub`, { context, resourceGroupName, registry, registryName, account }, { parent: this });
    const cacheRules = cachedRepositories.map((repository) => {
      const signIn = isOnDockerHub(repository) ? dockerHub : undefined;
      return new containerregistry.CacheRule(
        `${name}-cache-${repository}`,
        {
          resourceGroupName,
          registryName: nameWith(registry, registryName),
          cacheRuleName: context.names.of("cacheRule", repository.replace(/[^a-zA-Z0-9]+/g, "-")),
          sourceRepository: repository,
          targetRepository: cachedAs(repository),
          ...(signIn !== undefined && { credentialSetResourceId: signIn.credentialSetId }),
        },
        { parent: this, dependsOn: signIn === undefined ? registry : [registry, signIn.ready] },
      );
    });
    const endpoint = new PrivateEndpoint(
      `${name}-endpoint`,
      { context, resourceGroupName, role: "registry", resourceId: registry.id, groupId: "registry", target: args.privateEndpoint },
      { parent: this },
    );
    for (const principalId of publishers) {
      new RoleGrants(`${name}-publisher-${principalId}`, { context, principalId, grants: { push: { role: "AcrPush", scope: registry.id } } }, { parent: this });
    }
    diagnose(`${name}-diagnostics`, { target: registry.id, workspaceId, logs: { group: "allLogs" }, metrics: true }, { parent: this });

    this.registryId = registry.id;
    this.loginServer = registryHost(registryName);
    this.registryName = registryName;
    this.ready = [...cacheRules, endpoint.ready];
    this.registerOutputs({ registryId: this.registryId, loginServer: this.loginServer, registryName: this.registryName });
  }
}
