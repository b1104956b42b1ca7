import * as authorization from "@pulumi/azure-native/authorization";
import { ConfigError } from "./config/configError";

/** The tenant and subscription that an environment belongs to. */
export interface ExpectedClient {
  readonly tenantId: string;
  readonly subscriptionId: string;
}

/**
 * Refuses to go on when the client that is signed in belongs to another tenant or subscription than the config names: an environment must
 * not be made, or changed, in the wrong place. Nothing is registered before it.
 *
 * @throws ConfigError that names both sides.
 * @source https://www.pulumi.com/registry/packages/azure-native/api-docs/authorization/getclientconfig/
 */
export async function requireSignedInClient(expected: ExpectedClient): Promise<void> {
  const client = await authorization.getClientConfig();
  const differs = (["tenantId", "subscriptionId"] as const).filter((key) => client[key] !== expected[key]);
  if (differs.length === 0) return;
  throw new ConfigError(
    differs.map((key) => ({
      path: `azure.${key}`,
      message: "is not the one that the signed-in client uses",
      given: expected[key],
      allowed: client[key],
      fix: `Sign in to the environment's own (az login, az account set --subscription ${expected.subscriptionId}), or correct the config.`,
    })),
  );
}
