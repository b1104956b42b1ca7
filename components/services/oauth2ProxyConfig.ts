import { signInPrefix } from "../mesh/signInHost";
import { Problem } from "../shared/errors";
import { entraIdAuthority } from "../shared/knownHosts";

/** Who may sign in: people and service principals by name, or the members of groups. */
export interface AllowedCallers {
  /** People, by the name that they sign in with, as `ana@example.com`. */
  readonly emails?: readonly string[];
  /** Service principals and managed identities, by object id. */
  readonly servicePrincipals?: readonly string[];
  /** Groups, by object id. */
  readonly groups?: readonly string[];
}

/** A host of its own for the sign-in, whose session holds on all hosts of a domain. */
export interface SharedSignIn {
  /** The host, as `sign-in.dev.example.com`. */
  readonly host: string;
  /** The domain, as `dev.example.com`: each host in it is sent the session's cookie, and must be trusted with it. */
  readonly cookieDomain: string;
}

/** What the proxy's configuration is made of. */
export interface OAuth2ProxySettings {
  readonly tenantId: string;
  readonly allowed: AllowedCallers;
  /** Default: each host has a session of its own, which no other host gets to see. */
  readonly shared?: SharedSignIn;
}

type Setting = string | number | boolean | readonly string[];

/** Where Entra ID sends a browser back to after a sign-in. */
export function callbackUrl(host: string): string {
  return `https://${host}${signInPrefix}/callback`;
}

/**
 * The proxy's configuration, as the file that it reads. It holds no secret.
 * @source https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview and
 * https://oauth2-proxy.github.io/oauth2-proxy/configuration/providers/ms_entra_id
 */
export function oauth2ProxyConfig({ tenantId, allowed: { groups = [] }, shared }: OAuth2ProxySettings): string {
  const provider: Record<string, Setting> = {
    provider: "entra-id",
    oidc_issuer_url: `${entraIdAuthority(tenantId)}/v2.0`,
    entra_id_allowed_tenants: [tenantId],
    // The cluster vouches for the proxy, so that there is no client secret.
    entra_id_federated_token_auth: true,
    code_challenge_method: "S256",
    // `profile` brings the name that people sign in with, which Entra ID always knows of a person, as it does not an address of mail.
    // `offline_access` lets a session be renewed.
    scope: ["openid", "profile", "offline_access", ...(groups.length > 0 ? ["User.Read"] : [])].join(" "),
    oidc_email_claim: "preferred_username",
    // It would ask Microsoft Graph for each claim that a token lacks, as one without groups does.
    skip_claims_from_profile_url: true,
    ...(groups.length > 0 && { allowed_groups: groups, email_domains: ["*"] }),
  };
  const answers: Record<string, Setting> = {
    // To the mesh's question: 200, and who it is.
    upstreams: ["static://200"],
    set_xauthrequest: true,
    set_authorization_header: true,
    // A browser is sent to Entra ID at once; otherwise it would get a page with a button, and 403.
    skip_provider_button: true,
    proxy_prefix: signInPrefix,
    // Programs bring a token of their own. It must be from the same issuer and for this application; with a wrong one they get 403 and
    // no page to sign in.
    skip_jwt_bearer_tokens: true,
    bearer_token_login_fallback: false,
    // The host is in the request itself, and `cookie_secure` makes addresses https: nothing that a client says in X-Forwarded-* counts.
    reverse_proxy: false,
    silence_ping_logging: true,
  };
  const cookies: Record<string, Setting> = {
    // A browser takes a cookie of this name from the one host only, over https only, and no other host can set it.
    // https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
    cookie_name: shared ? "__Secure-sign-in" : "__Host-sign-in",
    cookie_secure: true,
    cookie_httponly: true,
    cookie_samesite: "lax",
    cookie_expire: "12h",
    // The token that apps verify lives for an hour; a renewal brings the next, and ends the session of who may no longer sign in.
    cookie_refresh: "30m",
    // One for each attempt, so that two tabs don't get in each other's way, and so few that a request doesn't grow too large.
    cookie_csrf_per_request: true,
    cookie_csrf_per_request_limit: 8,
    cookie_csrf_expire: "15m",
    ...(shared && { cookie_domains: [`.${shared.cookieDomain}`], whitelist_domains: [`.${shared.cookieDomain}`], redirect_url: callbackUrl(shared.host) }),
  };
  return Object.entries({ ...provider, ...answers, ...cookies })
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join("");
}

/**
 * The list of who may sign in, one a line, as the proxy reads it. A token of a service principal has no name in it, and its subject, which
 * is the object id, stands for it.
 */
export function allowedNames({ emails = [], servicePrincipals = [] }: AllowedCallers): string {
  return [...emails, ...servicePrincipals].map((name) => `${name.toLowerCase()}\n`).join("");
}

/** What is wrong with a list of who may sign in. */
export function allowedProblems(path: string, { emails = [], servicePrincipals = [], groups = [] }: AllowedCallers): Problem[] {
  const names = emails.length + servicePrincipals.length;
  const problems = [
    ...malformed(`${path}.emails`, emails, /^[^\s@,"#]+@[^\s@,"#]+$/, "the name that a person signs in with, as ana@example.com"),
    ...malformed(`${path}.servicePrincipals`, servicePrincipals, guid, "an object id, as 11111111-2222-4333-8444-555555555555"),
    ...malformed(`${path}.groups`, groups, guid, "an object id, as 11111111-2222-4333-8444-555555555555"),
  ];
  if (names + groups.length === 0) problems.push({ path, message: "lets nobody in", allowed: "a person, a service principal or a group at least", fix: "Add one." });
  if (names > 0 && groups.length > 0) {
    problems.push({
      path,
      message: "names groups besides people or service principals, and the proxy would let in only who is in both lists",
      allowed: "groups alone, or people and service principals",
      fix: "Put everyone into a group, or name everyone.",
    });
  }
  return problems;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function malformed(path: string, values: readonly string[], form: RegExp, allowed: string): Problem[] {
  return values.filter((value) => !form.test(value)).map((given) => ({ path, message: "is not one that is known", given, allowed }));
}
