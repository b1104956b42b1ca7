import { createDefaultHttpClient, createHttpHeaders, createPipelineFromOptions, createPipelineRequest, RestError, RetryInformation, retryPolicy } from "@azure/core-rest-pipeline";
import { setTimeout as wait } from "node:timers/promises";

/** Which connection to approve, and how patiently. All of it is plain data, so that it can travel to the process that does the work. */
export interface ApprovalRequest {
  /** The resource id of the private link service. */
  readonly privateLinkServiceId: string;
  /** The text that the origin's request carries; it tells our request from anybody else's. */
  readonly requestMessage: string;
  /** The Front Door origin that asked; messages name it. */
  readonly originName: string;
  /** An access token for Azure Resource Manager. It is sent to `managementEndpoint` and nowhere else, and stands in no message. */
  readonly token: string;
  /** The address of Azure Resource Manager, without a slash at the end. */
  readonly managementEndpoint: string;
  readonly timeoutMinutes: number;
  /** Seconds between two looks at the service. */
  readonly pollSeconds: number;
  /** Seconds before the first retry of a failed call; each further retry waits twice as long, 64 s at most. */
  readonly retrySeconds: number;
}

/** One private endpoint connection, as far as it matters here. */
interface Connection {
  readonly name: string;
  readonly status: string;
  readonly description: string;
}

/** One page of Azure's list of connections. */
interface ConnectionPage {
  readonly value?: readonly {
    readonly name?: string;
    readonly properties?: { readonly privateLinkServiceConnectionState?: { readonly status?: string; readonly description?: string } };
  }[];
  readonly nextLink?: string;
}

/** A call to Azure Resource Manager; it answers with the body, or with undefined where the thing asked for does not exist. */
type Call = (method: "GET" | "PUT", url: string, body?: unknown) => Promise<string | undefined>;

const apiVersion = "2024-05-01";
const maxRetries = 8;
const maxRetrySeconds = 64;

const hints: Readonly<Record<number, string>> = {
  401: " The token may have expired before it was used.",
  403: " The signed-in client needs the actions read and write of Microsoft.Network/privateLinkServices/privateEndpointConnections there.",
};

/**
 * Approves the private endpoint connection that a Front Door origin has asked for, and waits until Azure shows it as approved.
 *
 * The connection is known by its request message alone: its name is made by Front Door, and its `provisioningState` is already `Succeeded`
 * while it waits for approval. Several with the message are approved alike: nobody else knows the message, and origins in two regions may
 * share it. One that is approved already is a success, so that the call can be repeated at any time.
 *
 * Throttling, conflicts, server errors and cut connections are retried.
 *
 * @returns the name of the approved connection; of several, the first in alphabetical order.
 * @throws Error when the request was rejected or disconnected, when Azure refuses the call, or when the time is over.
 * @source https://learn.microsoft.com/rest/api/virtualnetwork/private-link-services/update-private-endpoint-connection
 */
export async function approvePrivateLink(request: ApprovalRequest): Promise<string> {
  if (!/^(\/[\w.()-]+)+\/privateLinkServices\/[\w.-]+$/i.test(request.privateLinkServiceId)) {
    const form = "/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/privateLinkServices/…";
    throw new Error(`The id of a private link service was expected, as ${form}, and not "${request.privateLinkServiceId}".`);
  }
  const deadline = AbortSignal.timeout(request.timeoutMinutes * 60_000);
  const call = callerOf(request, deadline);
  let seen = "nothing; Azure has not answered";
  try {
    for (;;) {
      const connections = await listConnections(request, call);
      seen = summaryOf(connections, request.requestMessage);
      const ours = (connections ?? []).filter((connection) => connection.description === request.requestMessage);
      const named = (...states: string[]): string[] => ours.filter(({ status }) => states.includes(status)).map(({ name }) => name).sort();
      const pending = named("Pending");
      const [approved] = named("Approved");
      if (approved !== undefined && pending.length === 0) return approved;
      const [refused] = named("Rejected", "Disconnected");
      if (refused !== undefined && approved === undefined && pending.length === 0) {
        throw new Error(
          `The Front Door origin ${request.originName} can't reach the private link service ${request.privateLinkServiceId}: its request was refused (${seen}). ` +
            `Find out who refused it, then make the origin anew, so that Front Door asks again.`,
        );
      }
      for (const name of pending) await approve(request, call, name);
      await wait(request.pollSeconds * 1000, undefined, { signal: deadline });
    }
  } catch (error) {
    throw deadline.aborted ? new Error(timeoutMessage(request, seen)) : error;
  }
}

async function listConnections(request: ApprovalRequest, call: Call): Promise<Connection[] | undefined> {
  const connections: Connection[] = [];
  let next: string | undefined = addressOf(request, "");
  while (next !== undefined) {
    const body = await call("GET", next);
    if (body === undefined) return undefined;
    const page = JSON.parse(body) as ConnectionPage;
    for (const { name, properties } of page.value ?? []) {
      const state = properties?.privateLinkServiceConnectionState;
      connections.push({ name: name ?? "", status: state?.status ?? "", description: state?.description ?? "" });
    }
    next = page.nextLink || undefined;
  }
  return connections;
}

/** Approves one connection and keeps its description: it is what the next run knows the connection by. */
async function approve(request: ApprovalRequest, call: Call, name: string): Promise<void> {
  const privateLinkServiceConnectionState = { status: "Approved", description: request.requestMessage };
  await call("PUT", addressOf(request, `/${encodeURIComponent(name)}`), { name, properties: { privateLinkServiceConnectionState } });
}

function addressOf(request: ApprovalRequest, path: string): string {
  return `${request.managementEndpoint}${request.privateLinkServiceId}/privateEndpointConnections${path}?api-version=${apiVersion}`;
}

/** Makes the function that calls Azure. The token goes to no other host, and in clear text to none but this machine's own. */
function callerOf(request: ApprovalRequest, deadline: AbortSignal): Call {
  const client = createDefaultHttpClient();
  const retryDelayInMs = request.retrySeconds * 1000;
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries, retryDelayInMs, maxRetryDelayInMs: maxRetrySeconds * 1000 } });
  const backOff = ({ retryCount }: RetryInformation): number => Math.min(retryDelayInMs * 2 ** retryCount, maxRetrySeconds * 1000);
  // The pipeline retries what Azure's SDKs retry. These three remain: another operation is under way on the service, throttling that does
  // not say for how long, and a connection cut in the middle of an answer.
  const strategy = { name: "remaining", retry: (state: RetryInformation) => (isRemaining(state) ? { retryAfterInMs: backOff(state) } : { skipStrategy: true }) };
  pipeline.addPolicy(retryPolicy([strategy], { maxRetries }), { phase: "Retry" });

  return async (method, url, body) => {
    if (new URL(url).origin !== new URL(request.managementEndpoint).origin) throw new Error(`Azure's answer leads to another host than ${request.managementEndpoint}; the token is not sent there.`);
    const headers = createHttpHeaders({ authorization: `Bearer ${request.token}`, accept: "application/json", ...(body !== undefined && { "content-type": "application/json" }) });
    const response = await pipeline.sendRequest(
      client,
      createPipelineRequest({
        url,
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        abortSignal: deadline,
        allowInsecureConnection: new URL(url).hostname === "127.0.0.1",
      }),
    );
    if (response.status >= 200 && response.status < 300) return response.bodyAsText ?? "{}";
    if (response.status === 404) return undefined;
    const said = (response.bodyAsText ?? "").replaceAll(request.token, "[token]");
    throw new Error(`Azure answered ${response.status} to ${method} ${new URL(url).pathname}: ${said}${hints[response.status] ?? ""}`);
  };
}

function isRemaining({ response, responseError }: RetryInformation): boolean {
  if (responseError !== undefined) return responseError.code === RestError.PARSE_ERROR;
  return response?.status === 409 || (response?.status === 429 && !response.headers.has("retry-after"));
}

/** What the last look at the service showed. Other requests' messages are theirs and stay out. */
function summaryOf(connections: readonly Connection[] | undefined, requestMessage: string): string {
  if (connections === undefined) return "no such private link service";
  const ours = connections.filter(({ description }) => description === requestMessage);
  if (ours.length > 0) return ours.map(({ name, status }) => `${name}: ${status}`).join(", ");
  return `no connection with the origin's request message, and ${connections.length} of others`;
}

function timeoutMessage(request: ApprovalRequest, seen: string): string {
  return [
    `The Front Door origin ${request.originName} has no approved connection to the private link service ${request.privateLinkServiceId} after ${request.timeoutMinutes} minutes.`,
    `Last seen there: ${seen}.`,
    `Look at the events of the gateway's Service (kubectl describe service), which tell why the private link service is missing or was made anew;`,
    `at the service: az network private-link-service show --ids ${request.privateLinkServiceId} --query privateEndpointConnections;`,
    `and at the origin: az afd origin show --query sharedPrivateLinkResource. Then run pulumi up again.`,
  ].join(" ");
}
