import { durationDays } from "../shared/duration";
import { Problem } from "../shared/errors";
import { reasonProblems } from "../shared/reason";
import type { EncryptionKeysArgs, KeySettings } from "./encryptionKeys";
import { listedTwice, objectIdProblems } from "./objectIdProblems";

/** What Key Vault would refuse of the arguments, and what would leave a key that nobody can make or use. */
export function encryptionKeyProblems({ deployers, consumers, key, openVaultReason }: EncryptionKeysArgs): Problem[] {
  return [...deployerProblems(deployers), ...consumerProblems(consumers), ...rotationProblems(key), ...reasonProblems("openVaultReason", openVaultReason)];
}

function deployerProblems(deployers: readonly string[]): Problem[] {
  const path = "deployers";
  if (deployers.length === 0) {
    const fix = "Name who runs `pulumi up`: `az ad signed-in-user show --query id`.";
    return [{ path, message: "is empty, so that nobody may make a key", allowed: "at least one object id", fix }];
  }
  return objectIdProblems(path, deployers);
}

/** @source https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#vault-name-and-object-name */
function consumerProblems(consumers: readonly string[]): Problem[] {
  const path = "consumers";
  const malformed = consumers
    .filter((name) => !/^[a-zA-Z0-9-]{1,127}$/.test(name))
    .map((given) => ({ path, message: "can't be the name of a key", given, allowed: "1 to 127 letters, digits and hyphens" }));
  return [...malformed, ...listedTwice(path, consumers)];
}

/** @source https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation#key-rotation-policy */
function rotationProblems({ rotateAfter, expireAfter, notifyBefore }: KeySettings): Problem[] {
  const [rotate, expire, notify] = [rotateAfter, expireAfter, notifyBefore].map(durationDays);
  if (rotate === undefined || expire === undefined || notify === undefined) {
    const malformed = Object.entries({ rotateAfter, expireAfter, notifyBefore }).filter(([, text]) => durationDays(text) === undefined);
    const allowed = "days, months or years in the form of ISO 8601: P90D, P18M, P2Y";
    return malformed.map(([name, given]) => ({ path: `key.${name}`, message: "is not a duration", given, allowed }));
  }
  const found: Problem[] = [];
  const add = (name: keyof KeySettings, message: string, given: string, allowed: string): void => void found.push({ path: `key.${name}`, message, given, allowed });
  if (expire < 28) add("expireAfter", "is too short", expireAfter, "28 days or more");
  if (rotate < 7) add("rotateAfter", "is too short", rotateAfter, "7 days or more");
  if (rotate > expire - 7) add("rotateAfter", "comes too late for everything to take up the new version", rotateAfter, `7 days or more before expireAfter (${expireAfter})`);
  if (notify >= expire) add("notifyBefore", "lies before the key is made", notifyBefore, `less than expireAfter (${expireAfter})`);
  return found;
}
