import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as https from "node:https";
import { text } from "node:stream/consumers";
import { lifetime, publishedKeys, token } from "./tokens";

/*
 * An OpenID provider at Entra ID's address, with its paths and its claims, for one tenant: it tells of itself, publishes its key, signs in
 * at once whoever `login_hint` names, and gives tokens for codes. Its standard is OpenID Connect Core, its paths those of
 * https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
 */

interface Settings {
  readonly tenant: string;
  /** The files of its certificate and key, and of the key that it signs with. */
  readonly certificate: string;
  readonly key: string;
  readonly signingKey: string;
}

/** What a code stands for: it carries all of it, so that nothing is kept. */
interface Grant {
  readonly name: string;
  readonly nonce: string | null;
  readonly challenge: string | null;
  readonly audience: string | null;
}

function provider({ tenant, signingKey, ...files }: Settings): https.Server {
  const host = "https://login.microsoftonline.com";
  const issuer = `${host}/${tenant}/v2.0`;
  const key = { id: "real", privateKey: crypto.createPrivateKey(fs.readFileSync(signingKey)) };
  const about = {
    issuer,
    authorization_endpoint: `${host}/${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${host}/${tenant}/oauth2/v2.0/token`,
    jwks_uri: `${host}/${tenant}/discovery/v2.0/keys`,
    response_types_supported: ["code"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    code_challenge_methods_supported: ["S256"],
  };

  const tokens = (form: URLSearchParams): [number, object] => {
    const { name, nonce, challenge, audience }: Grant = JSON.parse(Buffer.from(form.get("code") ?? "", "base64url").toString());
    const verifier = crypto.createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    // There is no client secret: the cluster vouches for the caller.
    if (verifier !== challenge || !form.get("client_assertion")) return [400, { error: "invalid_grant" }];
    const claims = { iss: issuer, aud: audience, sub: `pairwise-${name}`, preferred_username: name, tid: tenant, oid: crypto.randomUUID(), ver: "2.0", ...(nonce && { nonce }), ...lifetime() };
    return [200, { token_type: "Bearer", expires_in: 3600, access_token: "opaque", refresh_token: "opaque", id_token: token(claims, key) }];
  };

  return https.createServer({ cert: fs.readFileSync(files.certificate), key: fs.readFileSync(files.key) }, (request, response) => {
    const answer = (status: number, body: object): void => void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const { pathname, searchParams: query, href } = new URL(request.url ?? "/", host);
    if (pathname === `/${tenant}/v2.0/.well-known/openid-configuration`) return answer(200, about);
    if (href === about.jwks_uri) return answer(200, publishedKeys(key));
    if (pathname === new URL(about.authorization_endpoint).pathname) {
      const grant: Grant = { name: query.get("login_hint") ?? "", nonce: query.get("nonce"), challenge: query.get("code_challenge"), audience: query.get("client_id") };
      const back = new URL(query.get("redirect_uri") ?? "");
      back.searchParams.set("code", Buffer.from(JSON.stringify(grant)).toString("base64url"));
      back.searchParams.set("state", query.get("state") ?? "");
      return void response.writeHead(302, { location: back.href }).end();
    }
    if (href === about.token_endpoint && request.method === "POST") {
      text(request).then(
        (body) => answer(...tokens(new URLSearchParams(body))),
        () => response.destroy(),
      );
      return;
    }
    return answer(404, { error: "not_found" });
  });
}

if (require.main === module) provider(JSON.parse(process.argv[2] ?? "{}")).listen(443);
