import * as http from "node:http";
import { AddressInfo } from "node:net";

/** A private endpoint connection as the stand-in keeps it. */
export interface StandInConnection {
  readonly name: string;
  status: string;
  readonly description: string;
}

/** What the stand-in does to one call instead of answering it. `cut` hangs up before the answer, `cutBody` in the middle of it; `silence` never answers. */
export type Fault = "cut" | "cutBody" | "silence" | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** A call that reached the stand-in. */
export interface StandInCall {
  readonly method: string;
  readonly path: string;
  readonly apiVersion: string | null;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/**
 * A stand-in for the two operations of Azure Resource Manager that an approval uses, by their documentation: list the private endpoint
 * connections of a private link service, and update one. It shows how the code takes documented answers, not what Azure answers.
 *
 * @source https://learn.microsoft.com/rest/api/virtualnetwork/private-link-services/list-private-endpoint-connections
 */
export class ManagementStandIn {
  readonly calls: StandInCall[] = [];
  readonly connections: StandInConnection[] = [];
  /** What happens to the next calls, one after the other; then they are answered. */
  readonly faults: Fault[] = [];
  /** How many connections are on a page of the list. */
  pageSize = 100;
  /** Called before each list, with the number of lists so far. */
  beforeList: (count: number) => void = () => undefined;
  private lists = 0;
  private readonly server = http.createServer((request, response) => void this.take(request, response));

  constructor(readonly serviceId: string) {}

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const text = Buffer.concat(chunks).toString();
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    this.calls.push({ method: request.method ?? "", path: url.pathname, apiVersion: url.searchParams.get("api-version"), authorization: request.headers.authorization, body });
    const fault = this.faults.shift();
    if (fault === "silence") return;
    if (fault === "cut") return void request.socket.destroy();
    if (fault === "cutBody") {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"value": [', () => request.socket.destroy());
      return;
    }
    const answer = fault ?? this.answer(request.method ?? "", url, body);
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers }).end(answer.body);
  }

  private answer(method: string, url: URL, body: unknown): Exclude<Fault, string> {
    const base = `${this.serviceId}/privateEndpointConnections`;
    if (method === "GET" && url.pathname === base) {
      this.beforeList(++this.lists);
      const from = Number(url.searchParams.get("$skip") ?? 0);
      const more = from + this.pageSize < this.connections.length;
      const next = new URL(url);
      next.searchParams.set("$skip", String(from + this.pageSize));
      const value = this.connections.slice(from, from + this.pageSize).map(resourceOf);
      return { status: 200, body: JSON.stringify({ value, ...(more && { nextLink: next.href }) }) };
    }
    const connection = this.connections.find(({ name }) => url.pathname === `${base}/${name}`);
    if (method === "PUT" && connection !== undefined) {
      connection.status = (body as { properties: { privateLinkServiceConnectionState: { status: string } } }).properties.privateLinkServiceConnectionState.status;
      return { status: 200, body: JSON.stringify(resourceOf(connection)) };
    }
    return { status: 404, body: JSON.stringify({ error: { code: "ResourceNotFound", message: `The Resource '${url.pathname}' was not found.` } }) };
  }
}

/** A connection as the API shows it: provisioned long before it is approved. */
function resourceOf({ name, status, description }: StandInConnection): unknown {
  return { name, properties: { provisioningState: "Succeeded", privateLinkServiceConnectionState: { status, description, actionsRequired: "None" } } };
}
