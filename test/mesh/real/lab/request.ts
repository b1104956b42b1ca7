import * as http from "node:http";
import * as net from "node:net";
import * as tls from "node:tls";

/** What is sent. */
export interface Request {
  /** Its path and query are sent as they are written here, dots and escapes included; without a path, `/` is. */
  readonly url: string;
  /** Default: GET. */
  readonly method?: string;
  /** A `host` here is what the server is told; where to connect, the URL says. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
  /** Where to connect instead of the URL's host and port. */
  readonly to?: { readonly host: string; readonly port: number };
  /** For https: whom to trust, who one is, and the name to ask for. Default: trust anyone, the URL's host. */
  readonly tls?: Pick<tls.ConnectionOptions, "ca" | "cert" | "key" | "servername">;
  /** For connection, handshake and exchange together, in milliseconds. Default: 10000. */
  readonly timeout?: number;
}

/** What came of it. */
export interface Answer {
  /** The status; or that no connection came about, that it was closed before an answer, or that the time was over. */
  readonly status: number | "refused" | "closed" | "timeout";
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** What the system said, where there is no status. */
  readonly failure?: string;
  /** The certificate that the server showed. */
  readonly certificate?: tls.PeerCertificate;
}

/** Opens a connection to a host and a port, from wherever it is called for. What is aborted destroys the connection, also one that is open. */
export type Connect = (host: string, port: number, signal: AbortSignal) => Promise<net.Socket>;

/** A connection that did not come about. */
export class ConnectError extends Error {}

/**
 * Sends a request over a connection of its own. Never rejects for what the other side does.
 *
 * @throws Error for a URL that can't be sent
 */
export async function send(connect: Connect, request: Request): Promise<Answer> {
  const { origin, target } = partsOf(request.url);
  const secure = origin.protocol === "https:";
  const to = request.to ?? { host: origin.hostname, port: Number(origin.port || (secure ? 443 : 80)) };
  let socket: net.Socket | undefined;
  let certificate: tls.PeerCertificate | undefined;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), request.timeout ?? 10_000);
  try {
    socket = await connect(to.host, to.port, stop.signal);
    socket.on("error", () => undefined);
    if (secure) {
      const session = await secured(socket, { ...(net.isIP(origin.hostname) === 0 && { servername: origin.hostname }), rejectUnauthorized: request.tls?.ca !== undefined, ...request.tls });
      certificate = session.getPeerCertificate();
      socket = session;
    }
    return { ...(await exchange(socket, { host: origin.host, target }, request, stop.signal)), ...(certificate && { certificate }) };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { status: stop.signal.aborted ? "timeout" : error instanceof ConnectError ? "refused" : "closed", headers: {}, body: "", failure, ...(certificate && { certificate }) };
  } finally {
    clearTimeout(timer);
    socket?.destroy();
  }
}

/** `URL` would resolve dots, also escaped ones, and what the server is asked would be another path. */
function partsOf(url: string): { readonly origin: URL; readonly target: string } {
  const [, origin, target = ""] = /^(https?:\/\/[^/?#]+)([/?][!-~]*)?$/.exec(url) ?? [];
  if (origin === undefined || target.includes("#")) throw new Error(`${url} can't be sent: it has to be http:// or https://, a host, and a path and query of printable ASCII without #.`);
  return { origin: new URL(origin), target: target.startsWith("/") ? target : `/${target}` };
}

function secured(socket: net.Socket, options: tls.ConnectionOptions): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const session = tls.connect({ socket, ...options }, () => resolve(session));
    session.once("error", reject);
    session.once("close", () => reject(new Error("the connection was closed during the handshake")));
  });
}

function exchange(socket: net.Socket, { host, target }: { readonly host: string; readonly target: string }, { method, headers, body }: Request, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { path: target, method: method ?? "GET", headers: { host, ...headers }, signal, createConnection: () => socket };
    const outgoing = http.request(options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString() }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
