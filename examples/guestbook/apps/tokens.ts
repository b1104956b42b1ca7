import * as pulumi from "@pulumi/pulumi";
import type { AppPlatform, TokenIssuer } from "azure-delivery-platform";

/**
 * Whose tokens the API takes: those of the issuer that the config names, otherwise the platform's own sign-in's. Nothing of it is secret: it says
 * by which published keys a token is checked.
 */
export function apiTokens(own: unknown, { signInTokens }: Pick<AppPlatform, "signInTokens">): TokenIssuer {
  if (own === undefined) {
    if (signInTokens !== undefined) return signInTokens;
    throw new pulumi.RunError("The platform has no sign-in whose tokens the API could take: name an issuer in this stack's config, tokens: { issuer, jwksUri, audience }.");
  }
  if (isTokenIssuer(own)) return own;
  throw new pulumi.RunError("tokens in this stack's config must have issuer, jwksUri and audience, each a text that isn't empty, and nothing else.");
}

function isTokenIssuer(value: unknown): value is TokenIssuer {
  if (typeof value !== "object" || value === null) return false;
  const named = Object.keys(value).sort().join() === "audience,issuer,jwksUri";
  return named && Object.values(value).every((text) => typeof text === "string" && text !== "");
}
