import * as fs from "node:fs";
import { z } from "zod";
import { call } from "./rest";
import { required, serviceOf, Variables } from "./variables";

/** Fetches a token that says which pipeline this is, and that Entra ID exchanges for one of its own. */
export type TokenSource = () => Promise<string>;

/** Entra ID takes tokens for this audience. https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust */
const audience = "api://AzureADTokenExchange";

/**
 * The pipeline's own source of tokens. It may be asked as often as one likes while the job runs.
 *
 * @throws CliError where the job may not fetch any.
 * @source https://docs.github.com/actions/reference/security/oidc
 * @source https://learn.microsoft.com/azure/devops/pipelines/build/variables (System.OidcRequestUri)
 */
export function tokenSourceOf(variables: Variables): TokenSource {
  if (serviceOf(variables) === "GitHub") {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = required(variables, "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN");
    const api = { name: "GitHub's token service", root: url, token };
    return async () => z.object({ value: z.string() }).parse(await call(api, `${url.includes("?") ? "&" : "?"}audience=${encodeURIComponent(audience)}`)).value;
  }
  const names = ["SYSTEM_OIDCREQUESTURI", "SYSTEM_ACCESSTOKEN", "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"] as const;
  const { SYSTEM_OIDCREQUESTURI: root, SYSTEM_ACCESSTOKEN: token, AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: connection } = required(variables, ...names);
  const api = { name: "Azure DevOps' token service", root, token };
  const path = `?api-version=7.1&serviceConnectionId=${encodeURIComponent(connection)}`;
  return async () => z.object({ oidcToken: z.string() }).parse(await call(api, path, { method: "POST", body: {} })).oidcToken;
}

/** How long a token is good for, in milliseconds; what can't be read is taken as short. */
export function lifeOf(token: string, now: number): number {
  try {
    const { exp } = z.object({ exp: z.number() }).parse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()));
    return exp * 1000 - now;
  } catch {
    return 60_000;
  }
}

/** The times between two requests, in milliseconds. */
const shortestWait = 15_000;
const longestWait = 240_000;

/**
 * Keeps a fresh token in a file that only this user reads: GitHub's live for five minutes and Azure DevOps' for ten, an update runs for an hour.
 * A token that can't be renewed is told and tried again; the one before may last until then.
 *
 * @returns what ends it, and removes the file
 * @throws CliError where not even the first can be had.
 */
export async function keepToken(source: TokenSource, file: string, tell: (note: string) => void, shortest = shortestWait): Promise<() => void> {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const renew = async (): Promise<void> => {
    const token = await source();
    // A reader must never see half a token; nor may one that arrives late come back after the end.
    if (ended) return;
    fs.writeFileSync(`${file}.new`, token, { mode: 0o600 });
    fs.renameSync(`${file}.new`, file);
    schedule(Math.max(shortest, Math.min(longestWait, lifeOf(token, Date.now()) / 2)));
  };
  const schedule = (wait: number): void => {
    if (ended) return;
    timer = setTimeout(() => {
      renew().catch((error: unknown) => {
        tell(`The sign-in's token could not be renewed, and is tried again: ${error instanceof Error ? error.message : String(error)}`);
        schedule(shortest);
      });
    }, wait);
  };
  await renew();
  return () => {
    ended = true;
    clearTimeout(timer);
    fs.rmSync(file, { force: true });
  };
}
