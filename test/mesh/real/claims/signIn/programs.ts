import { claimsOf, clientId, TokenKind } from "../../../../support/signInTokens";
import { World } from "../world";
import { lifetime, newKey, token } from "./tokens";

const forger = newKey("real");

/** A token that a program brings, of a kind that the table of requests knows, for the application of the plan. */
export function platformToken({ facts, signingKey }: World, kind: TokenKind | "forged"): string {
  const claims = claimsOf(kind === "forged" ? "service principal" : kind, facts.tenant);
  if (claims === undefined) return "no-token-at-all";
  const { issuer, audience, subject, name, expired } = claims;
  const content = {
    iss: issuer,
    aud: audience === clientId ? facts.clientId : audience,
    sub: subject,
    tid: facts.tenant,
    ver: "2.0",
    ...(name !== undefined && { preferred_username: name }),
    ...lifetime(expired),
  };
  // A forged one names the right key and is signed by another.
  return token(content, kind === "forged" ? forger : signingKey);
}
