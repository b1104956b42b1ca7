import * as containerregistry from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import { AzureContext } from "../shared/azureContext";
import { refuseProblems } from "../shared/errors";
import { nameWith } from "../shared/nameWith";
import { dockerHubProblems } from "./dockerHubProblems";
import { RoleGrants } from "./roleGrants";

/** Where the name and the access token of an account at Docker Hub are kept. Their values stay there. */
export interface DockerHubAccount {
  /**
   * The resource id of the key vault: one that exists already, gives access by roles, and can be reached by the registry, which comes from a
   * network of Microsoft's. It may be in another subscription of the tenant.
   */
  readonly vaultId: string;
  /** The identifier of the secret that holds the account's name, without a version: `https://kv-shared.vault.azure.net/secrets/docker-hub-username`. */
  readonly usernameSecretUri: string;
  /** Likewise of the secret that holds its access token. A token that may only read public repositories is enough. */
  readonly passwordSecretUri: string;
}

/** Arguments of `DockerHubCredentials`. */
export interface DockerHubCredentialsArgs {
  readonly context: AzureContext;
  readonly resourceGroupName: string;
  /** The registry that pulls from Docker Hub. */
  readonly registry: containerregistry.Registry;
  readonly registryName: string;
  readonly account: DockerHubAccount;
}

/**
 * How a registry signs in to Docker Hub: a credential set that names two secrets of a key vault, whose own identity may read these two and
 * nothing else. No secret's value passes through the program.
 *
 * @throws ArgumentError when the account's vault or secrets are not named as Key Vault names them.
 * @example
 * const dockerHub = new DockerHubCredentials("docker-hub", { context, resourceGroupName, registry, registryName, account });
 * new containerregistry.CacheRule("redis", { …, credentialSetResourceId: dockerHub.credentialSetId }, { dependsOn: dockerHub.ready });
 * @source https://learn.microsoft.com/azure/container-registry/artifact-cache-cli#assign-permissions-to-key-vault-with-azure-rbac
 */
export class DockerHubCredentials extends pulumi.ComponentResource {
  /** The credential set's resource id. */
  readonly credentialSetId: pulumi.Output<string>;
  /** The wait after which the set can read the secrets. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: DockerHubCredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, dockerHubProblems("account", args.account));
    super("delivery-platform:azure:DockerHubCredentials", name, {}, opts);
    const { context, resourceGroupName, registry, registryName, account } = args;
    const { vaultId, usernameSecretUri, passwordSecretUri } = account;

    const set = new containerregistry.CredentialSet(
      name,
      {
        resourceGroupName,
        registryName: nameWith(registry, registryName),
        credentialSetName: context.names.of("credentialSet", "docker-hub"),
        loginServer: "docker.io",
        identity: { type: "SystemAssigned" },
        authCredentials: [{ name: "Credential1", usernameSecretIdentifier: usernameSecretUri, passwordSecretIdentifier: passwordSecretUri }],
      },
      { parent: this, dependsOn: registry },
    );
    const secret = (uri: string) => ({ role: "Key Vault Secrets User", scope: `${vaultId}/secrets/${secretName(uri)}` }) as const;
    const grants = new RoleGrants(
      `${name}-grants`,
      {
        // Azure names a role by the subscription in which it is granted, and the vault may be in another.
        context: { ...context, subscriptionId: subscriptionOf(vaultId) },
        // A preview knows the identity as the program wrote it, without the principal in it; like the id, that comes with the set.
        principalId: pulumi.all([set.identity, set.id]).apply(([identity]) => identity?.principalId ?? ""),
        principalType: "ServicePrincipal",
        grants: { username: secret(usernameSecretUri), password: secret(passwordSecretUri) },
      },
      { parent: this },
    );

    this.credentialSetId = set.id;
    this.ready = grants.ready;
    this.registerOutputs({ credentialSetId: this.credentialSetId });
  }
}

/** The name of the secret that an identifier names. */
function secretName(uri: string): string {
  return uri.slice(uri.lastIndexOf("/") + 1);
}

/** The subscription that a resource id is in. */
function subscriptionOf(resourceId: string): string {
  return (resourceId.split("/")[2] ?? "").toLowerCase();
}
