import * as fs from "node:fs";
import * as path from "node:path";
import type { Lab } from "../../lab/lab";
import { toolPath } from "../../tools/goTools";
import { Authority } from "../authority";
import { partOf } from "../objects";
import { Planned } from "../planned";
import { answers, Process } from "../pods";
import { newKey, SigningKey } from "./tokens";

/** What opens the sessions' store. */
export const sessionsPassword = "sessions";

/** Who has signed in once and is on the list no more. */
export const formerPerson = "mallory@example.com";

/** The real oauth2-proxy: the one that OAUTH2_PROXY_BIN names, else the one that was built. */
export function signInBinary(): string {
  return process.env["OAUTH2_PROXY_BIN"] || toolPath("oauth2Proxy");
}

/** The issuer of the platform's tokens at its own name, on a machine outside. Returns what it signs with. */
export async function startIdentityProvider(lab: Lab, { authority, tenant, folder }: { readonly authority: Authority; readonly tenant: string; readonly folder: string }): Promise<SigningKey> {
  const host = "login.microsoftonline.com";
  const signingKey = newKey("real");
  const { certificate, key } = authority.issue([host]);
  const files = { certificate, key, signingKey: signingKey.privateKey.export({ type: "pkcs8", format: "pem" }) };
  const settings = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, written(path.join(folder, `provider-${name}.pem`), content)]));
  const place = await lab.outside("identity-provider");
  lab.name(host, place.address);
  const command = [process.execPath, "--require", require.resolve("ts-node/register"), path.join(__dirname, "identityProvider.ts"), JSON.stringify({ tenant, ...settings })];
  // ts-node goes by the project of the folder that it is started in.
  await place.serve({ name: "identity-provider", command, folder: __dirname, ready: async () => (await place.request({ url: `https://${host}/${tenant}/v2.0/.well-known/openid-configuration` })).status === 200 });
  return signingKey;
}

/**
 * oauth2-proxy with the values that the program gives its chart, as the chart's template makes arguments and variables of them.
 *
 * @source https://github.com/oauth2-proxy/manifests/blob/main/helm/oauth2-proxy/templates/deployment.yaml
 */
export function signInProcess({ releases }: Planned, { clientId, folder, authority }: { readonly clientId: string; readonly folder: string; readonly authority: Authority }): Process {
  const values = releases["oauth2-proxy"]?.values;
  const value = (...keys: readonly string[]): string => String(partOf(values, keys));
  const config = written(path.join(folder, "oauth2_proxy.cfg"), value("config", "configFile"));
  const names = written(namesFile(folder), listedNames(releases));
  return {
    command: [signInBinary(), "--http-address=0.0.0.0:4180", "--metrics-address=0.0.0.0:44180", `--config=${config}`, `--authenticated-emails-file=${names}`],
    env: {
      OAUTH2_PROXY_CLIENT_ID: clientId,
      OAUTH2_PROXY_COOKIE_SECRET: "0123456789abcdef0123456789abcdef",
      OAUTH2_PROXY_SESSION_STORE_TYPE: value("sessionStorage", "type"),
      OAUTH2_PROXY_REDIS_CONNECTION_URL: value("sessionStorage", "redis", "standalone", "connectionUrl"),
      OAUTH2_PROXY_REDIS_PASSWORD: sessionsPassword,
      // What the webhook of workload identity puts into the pod.
      AZURE_CLIENT_ID: clientId,
      AZURE_FEDERATED_TOKEN_FILE: written(path.join(folder, "federated-token"), "header.claims.signature"),
      SSL_CERT_FILE: authority.file,
    },
    ready: answers("http://127.0.0.1:4180/ping"),
  };
}

/** Where the proxy reads who may sign in; it looks again when the file changes. */
export function namesFile(folder: string): string {
  return path.join(folder, "names");
}

/** Who may sign in by the program's own values. */
export function listedNames(releases: Planned["releases"]): string {
  return String(partOf(releases["oauth2-proxy"]?.values, ["authenticatedEmailsFile", "restricted_access"]));
}

function written(file: string, content: string | Buffer): string {
  fs.writeFileSync(file, content);
  return file;
}
