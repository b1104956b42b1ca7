import { createServer } from "node:http";

/**
 * A request as a server's handler sees it.
 * @typedef {{ method: string, url: URL, headers: import("node:http").IncomingHttpHeaders, body: string }} Request
 */
/**
 * What a handler answers. An object is sent as JSON, a text as HTML.
 * @typedef {{ status: number, headers?: Record<string, string>, body?: string | object }} Answer
 */
/** @typedef {(request: Request) => Promise<Answer> | Answer} Handler */

const mostBytes = 64 * 1024;
const probe = "/healthz";

/** An error that the client made: its words are the answer. */
export class BadRequest extends Error {
  /**
   * @param {string} message
   * @param {number} [status]
   */
  constructor(message, status = 400) {
    super(message);
    this.status = status;
  }
}

/**
 * A server over one handler: it answers `/healthz` itself, writes a line of JSON for each other request, and tells a client nothing of an
 * error that is not its own.
 *
 * @param {Handler} handler
 * @param {{ name: string, version: string, log?: (line: string) => void }} about
 */
export function serverOf(handler, { name, version, log = console.log }) {
  return createServer(async (incoming, outgoing) => {
    const started = process.hrtime.bigint();
    /** @type {Answer} */
    let answer;
    try {
      const url = urlOf(incoming);
      answer = url.pathname === probe ? { status: 200, body: { ok: true } } : await handler({ method: incoming.method ?? "GET", url, headers: incoming.headers, body: await bodyOf(incoming) });
    } catch (thrown) {
      const bad = thrown instanceof BadRequest;
      if (!bad) log(JSON.stringify({ name, version, error: String(thrown instanceof Error ? thrown.message : thrown) }));
      answer = bad ? { status: thrown.status, body: { error: thrown.message } } : { status: 500, body: { error: "something went wrong here" } };
    }
    const { status, headers = {}, body = "" } = answer;
    // What is left of the body isn't read, so that nothing can follow it.
    if (status === 413) outgoing.setHeader("connection", "close");
    const [type, text] = typeof body === "string" ? ["text/html; charset=utf-8", body] : ["application/json", JSON.stringify(body)];
    outgoing.writeHead(status, { "content-type": type, "x-content-type-options": "nosniff", ...headers }).end(text);
    const [path = ""] = (incoming.url ?? "").split("?");
    if (path === probe) return;
    const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
    log(JSON.stringify({ name, version, method: incoming.method, path, host: incoming.headers.host, status, milliseconds: Math.round(milliseconds) }));
  });
}

/**
 * Listens until the process is told to end, and then answers what is under way first.
 *
 * @param {import("node:http").Server} server
 * @param {() => Promise<unknown>} [close] ends what the server holds open
 */
export function listen(server, close = async () => undefined) {
  server.listen(Number(process.env["PORT"] ?? 8080), () => console.log(JSON.stringify({ listening: /** @type {import("node:net").AddressInfo} */ (server.address()).port })));
  process.once("SIGTERM", () => server.close(() => void close().finally(() => process.exit(0))));
}

/**
 * @param {import("node:http").IncomingMessage} incoming
 * @returns {URL}
 */
function urlOf({ url = "/" }) {
  try {
    return new URL(url, "http://server");
  } catch {
    // As `//`, which looks like a host without a name.
    throw new BadRequest("the address can't be read");
  }
}

/**
 * @param {import("node:http").IncomingMessage} incoming
 * @returns {Promise<string>}
 */
async function bodyOf(incoming) {
  /** @type {Buffer[]} */
  const parts = [];
  let size = 0;
  for await (const part of incoming) {
    size += part.length;
    if (size > mostBytes) throw new BadRequest(`a body has at most ${mostBytes} bytes`, 413);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
