import { CliError, exitStatus } from "../cli/cliError";

/** A service's API: where it is, and who calls. */
export interface Api {
  /** What messages call the service. */
  readonly name: string;
  /** What every path begins with, without a slash at the end. */
  readonly root: string;
  /** Sent as a bearer token; it stands in no message. */
  readonly token: string;
}

/** One call. */
export interface Call {
  readonly method?: "GET" | "POST" | "PATCH";
  readonly body?: unknown;
  /** The type of the body; JSON by default. */
  readonly contentType?: string;
}

/** An answer that takes longer is a failure. */
const patienceSeconds = 60;

/**
 * Calls a service.
 *
 * @returns what it answers, from JSON
 * @throws CliError with the status and the start of the answer, where it refuses or can't be reached.
 */
export async function call(api: Api, path: string, { method = "GET", body, contentType = "application/json" }: Call = {}): Promise<unknown> {
  const what = `${method} ${path.replace(/\?.*/s, "")}`;
  const headers: Record<string, string> = { accept: "application/json", authorization: `Bearer ${api.token}`, "user-agent": "azure-delivery-platform" };
  if (body !== undefined) headers["content-type"] = contentType;
  const init: RequestInit = { method, headers, redirect: "error", signal: AbortSignal.timeout(patienceSeconds * 1000), ...(body !== undefined && { body: JSON.stringify(body) }) };
  const answer = await fetch(`${api.root}${path}`, init).catch((error: unknown) => {
    throw new CliError(`${api.name} can't be reached for ${what}: ${error instanceof Error ? error.message : String(error)}`, exitStatus.failed);
  });
  const text = await answer.text();
  if (!answer.ok) throw new CliError(`${api.name} answered ${answer.status} to ${what}: ${text.slice(0, 300)}`, exitStatus.failed);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Azure DevOps answers with its sign-in page where a token is not taken.
    throw new CliError(`${api.name} answered ${what} with something other than JSON; is the token one for it?`, exitStatus.failed);
  }
}
