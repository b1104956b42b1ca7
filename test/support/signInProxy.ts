import { claimsOf, clientId } from "./signInTokens";

/** What oauth2-proxy answers. */
export interface ProxyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

interface ProxyRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

type Settings = Readonly<Record<string, unknown>>;

/**
 * What oauth2-proxy answers to a request, by its configuration: the health paths before anything else, then a token, then a session, then
 * who is allowed, and its upstream at last. Its version 7.15.3, run with this configuration and a stand-in for Entra ID, gave the same
 * answers to what the table asks without a session.
 * https://github.com/oauth2-proxy/oauth2-proxy/blob/v7.15.3/oauthproxy.go
 */
export function proxyAnswer(config: string, names: readonly string[], { path, headers }: ProxyRequest): ProxyAnswer {
  const settings = settingsOf(config);
  const [route = ""] = path.split("?");
  const answer = (status: number): ProxyAnswer => ({ status, headers: {} });
  if (["/ping", "/ready", "/robots.txt"].includes(route)) return answer(200);

  const session = sessionOf(settings, names, headers);
  const prefix = String(settings["proxy_prefix"]);
  if (route.startsWith(`${prefix}/`)) {
    if (route === `${prefix}/auth`) return answer(session === "none" ? 401 : session === "refused" ? 403 : 202);
    // Without the cookie that the start has set, a callback is refused.
    return answer(route === `${prefix}/callback` ? 403 : 302);
  }
  if (session === "refused") return answer(403);
  if (session === "none") {
    const script = (headers["accept"] ?? "").split(",").some((type) => type.trim() === "application/json");
    return answer(script ? 401 : settings["skip_provider_button"] === true ? 302 : 403);
  }
  const [upstream] = settings["upstreams"] as string[];
  const status = Number(/^static:\/\/(\d+)$/.exec(upstream ?? "")?.[1] ?? 404);
  const identity: Record<string, string> = settings["set_xauthrequest"] === true ? { "x-auth-request-user": session.subject, "x-auth-request-email": session.name ?? session.subject } : {};
  return { status, headers: { ...identity, ...(settings["set_authorization_header"] === true && { authorization: session.token }) } };
}

function settingsOf(config: string): Settings {
  return Object.fromEntries(
    config
      .trim()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf(" =")), JSON.parse(line.slice(line.indexOf("= ") + 2))]),
  );
}

type Session = { readonly subject: string; readonly name?: string; readonly token: string } | "none" | "refused";

/** Who calls: by a token if there is one, else by the cookie. */
function sessionOf(settings: Settings, names: readonly string[], { authorization, cookie }: ProxyRequest["headers"]): Session {
  const tenant = /microsoftonline\.com\/([^/]+)/.exec(String(settings["oidc_issuer_url"]))?.[1] ?? "";
  const known = (token: string): Session => {
    const claims = claimsOf(token, tenant);
    if (claims === undefined || claims.issuer !== settings["oidc_issuer_url"] || claims.audience !== clientId || claims.expired) return "none";
    const name = settings["oidc_email_claim"] === "preferred_username" ? claims.name : undefined;
    const listed = names.includes(name ?? claims.subject) || (settings["email_domains"] as string[] | undefined)?.includes("*");
    return listed ? { subject: claims.subject, ...(name !== undefined && { name }), token } : "refused";
  };
  if (authorization !== undefined && settings["skip_jwt_bearer_tokens"] === true) {
    const session = known(authorization);
    if (session !== "none") return session;
    if (settings["bearer_token_login_fallback"] === false) return "refused";
  }
  return cookie === undefined ? "none" : known(cookie);
}
