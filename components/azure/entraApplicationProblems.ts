import type { GetApplicationResult } from "@pulumi/azuread";
import { Problem } from "../shared/errors";
import type { EntraApplicationArgs, EntraCredential } from "./entraApplication";

/**
 * Everything in the arguments of an application that Entra ID would refuse.
 * @source https://learn.microsoft.com/entra/identity-platform/reply-url
 */
export function entraApplicationProblems(args: EntraApplicationArgs): Problem[] {
  if ("existing" in args) return guidProblems("existing.clientId", args.existing.clientId);
  const { displayName, redirectUris, scopeName, preAuthorizedClients = {}, credential } = args;
  const found = [
    ...redirectUriProblems(redirectUris),
    ...Object.entries(preAuthorizedClients).flatMap(([key, clientId]) => guidProblems(`preAuthorizedClients.${key}`, clientId)),
    ...credentialProblems(credential),
  ];
  if (displayName.length < 1 || displayName.length > 120) {
    found.push({ path: "displayName", message: "has the wrong length", given: `${displayName.length} characters`, allowed: "1 to 120 characters" });
  }
  if (scopeName !== undefined && !/^[a-zA-Z][\w.-]{0,119}$/.test(scopeName)) {
    found.push({ path: "scopeName", message: "can't be the name of a scope", given: scopeName, allowed: "a letter, then letters, digits, '.', '_' and '-', 120 in all" });
  }
  return found;
}

/** Why an application that exists already can't be used: its tokens would not be what the component says of them. */
export function existingApplicationProblems(clientId: string, application: Pick<GetApplicationResult, "apis" | "identifierUris">): Problem[] {
  const path = "existing.clientId";
  const version = application.apis[0]?.requestedAccessTokenVersion ?? 1;
  const identifier = `api://${clientId}`;
  const found: Problem[] = [];
  if (version !== 2) {
    found.push({
      path,
      message: "issues tokens whose audience is another",
      given: `version ${version}`,
      allowed: "version 2",
      fix: `Set api.requestedAccessTokenVersion to 2 in the manifest of ${clientId}.`,
    });
  }
  if (!application.identifierUris.includes(identifier)) {
    found.push({ path, message: "lacks the identifier that programs ask tokens for", allowed: identifier, fix: `Add it under "Expose an API" of ${clientId}.` });
  }
  return found;
}

function redirectUriProblems(uris: readonly string[]): Problem[] {
  const path = "redirectUris";
  const wrong = uris.filter((uri, index) => !isRedirectUri(uri) || uris.indexOf(uri) !== index);
  const allowed = "an https address (http for localhost only) without '*' and '#', 256 characters at most, each once";
  const found: Problem[] = wrong.map((given) => ({ path, message: "can't be where Entra ID sends a browser", given, allowed }));
  if (uris.length < 1 || uris.length > 256) found.push({ path, message: "has the wrong length", given: String(uris.length), allowed: "1 to 256 addresses" });
  return found;
}

function isRedirectUri(uri: string): boolean {
  if (!URL.canParse(uri) || uri.length > 256 || /[*#]/.test(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return protocol === "https:" || (protocol === "http:" && hostname === "localhost");
}

function credentialProblems(credential: EntraCredential): Problem[] {
  if (credential.kind === "secret") {
    const { expires } = credential;
    const valid = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(expires) && !Number.isNaN(Date.parse(expires));
    return valid ? [] : [{ path: "credential.expires", message: "is not a time", given: expires, allowed: "a time in UTC, as 2027-01-31T00:00:00Z" }];
  }
  const { issuer, subject } = credential;
  const found: Problem[] = [];
  if (typeof issuer === "string" && !/^https:\/\/\S{1,592}$/.test(issuer)) {
    found.push({ path: "credential.issuer", message: "is not the address of an issuer", given: issuer, allowed: "an https address, 600 characters at most" });
  }
  if (subject.length < 1 || subject.length > 600 || subject.includes("*")) {
    found.push({ path: "credential.subject", message: "must name exactly one caller", given: subject, allowed: "1 to 600 characters without '*'" });
  }
  return found;
}

function guidProblems(path: string, given: string): Problem[] {
  const valid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given);
  return valid ? [] : [{ path, message: "is not a client id", given, allowed: "a GUID, as 04b07795-8ddb-461a-bbee-02f9e1bf7b46" }];
}
