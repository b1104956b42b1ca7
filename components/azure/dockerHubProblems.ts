import { Problem } from "../shared/errors";
import type { DockerHubAccount } from "./dockerHubCredentials";

const vaultIdPattern = /^\/subscriptions\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\/resourceGroups\/[\w().-]{1,90}\/providers\/Microsoft\.KeyVault\/vaults\/([a-z][a-z0-9-]{1,22}[a-z0-9])$/i;
const secretPattern = /^https:\/\/([a-z][a-z0-9-]{1,22}[a-z0-9])\.vault\.azure\.net\/secrets\/[a-z0-9-]{1,127}$/i;

/**
 * What Azure would refuse of an account, and what would leave the registry without access to a secret. Identifiers are no secrets.
 *
 * @source https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#vault-name-and-object-name
 */
export function dockerHubProblems(path: string, { vaultId, usernameSecretUri, passwordSecretUri }: DockerHubAccount): Problem[] {
  const vault = vaultIdPattern.exec(vaultId)?.[1]?.toLowerCase();
  const problems: Problem[] = [];
  if (vault === undefined) {
    const allowed = "/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.KeyVault/vaults/<name>";
    problems.push({ path: `${path}.vaultId`, message: "is not the resource id of a key vault", given: vaultId, allowed });
  }
  for (const [name, given] of Object.entries({ usernameSecretUri, passwordSecretUri })) {
    const inVault = secretPattern.exec(given)?.[1]?.toLowerCase();
    if (inVault === undefined) {
      const allowed = "https://<vault>.vault.azure.net/secrets/<name>, without a version, so that a new one is followed";
      problems.push({ path: `${path}.${name}`, message: "is not the identifier of a secret", given, allowed });
    } else if (vault !== undefined && inVault !== vault) {
      problems.push({ path: `${path}.${name}`, message: "is in another vault than vaultId", given, allowed: `https://${vault}.vault.azure.net/secrets/<name>` });
    }
  }
  if (usernameSecretUri.toLowerCase() === passwordSecretUri.toLowerCase()) {
    problems.push({ path: `${path}.passwordSecretUri`, message: "is the secret that holds the account's name", given: passwordSecretUri, fix: "Keep name and token in a secret each." });
  }
  return problems;
}
