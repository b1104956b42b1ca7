import { durationDays } from "../../../components/shared/duration";
import { Problem } from "../../../components/shared/errors";
import { rule } from "../rule";
import { Sections } from "../schema";

const rotation = "https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation";
const key = "encryption.key";

const leastExpiry = 28;
const leastRotation = 7;

export const encryptionRules = [
  rule({
    id: "key-expiry-least",
    source: rotation,
    sections: ["encryption"],
    check: ({ encryption: { key: { expireAfter } } }) => (days(expireAfter) >= leastExpiry ? [] : [tooShort(`${key}.expireAfter`, expireAfter, leastExpiry)]),
  }),
  rule({
    id: "key-rotation-least",
    source: rotation,
    sections: ["encryption"],
    check: ({ encryption: { key: { rotateAfter } } }) => (days(rotateAfter) >= leastRotation ? [] : [tooShort(`${key}.rotateAfter`, rotateAfter, leastRotation)]),
  }),
  rule({
    id: "key-rotation-before-expiry",
    source: rotation,
    sections: ["encryption"],
    check: ({ encryption }) => beforeExpiry(encryption, "rotateAfter", "is too late: a version must be replaced 7 days before it expires at the latest", leastRotation),
  }),
  rule({
    id: "key-notice-before-expiry",
    source: rotation,
    sections: ["encryption"],
    check: ({ encryption }) => beforeExpiry(encryption, "notifyBefore", "is as long as a version lives, or longer", 1),
  }),
];

function beforeExpiry({ key: settings }: Sections["encryption"], name: "rotateAfter" | "notifyBefore", message: string, margin: number): Problem[] {
  const most = days(settings.expireAfter) - margin;
  // An expiry that is too short is told by its own rule.
  if (days(settings[name]) <= most || days(settings.expireAfter) < leastExpiry) return [];
  return [{ path: `${key}.${name}`, message, given: settings[name], allowed: `at most ${most} days, since ${key}.expireAfter is ${settings.expireAfter}` }];
}

function tooShort(path: string, given: string, least: number): Problem {
  return { path, message: "is shorter than Key Vault takes", given, allowed: `${least} days or more, as P${least}D` };
}

/** The length in days. The schema has refused what is no duration. */
function days(duration: string): number {
  return durationDays(duration) ?? 0;
}
