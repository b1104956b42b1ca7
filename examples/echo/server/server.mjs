import { createServer } from "node:http";

/** The longest body that is read, in bytes. */
export const mostBytes = 1024 * 1024;

/**
 * A server that answers each request with what it got of it, as JSON: method, path, headers, the length of the body, and which pod of which
 * version answers. `/healthz` answers 200 for probes. A body of more than 1 MiB is refused.
 *
 * @param {{ pod: string, version: string }} about
 */
export function echoServer({ pod, version }) {
  const server = createServer(async (request, response) => {
    const { method, url: path, headers } = request;
    /** @type {(status: number, body: object) => void} */
    const answer = (status, body) => {
      const text = `${JSON.stringify(body, undefined, 2)}\n`;
      // Once it ends, whoever holds a connection is sent to another pod.
      if (!server.listening) response.setHeader("connection", "close");
      // What a request says must not become a page in somebody's browser.
      response.writeHead(status, { "content-type": "application/json", "x-content-type-options": "nosniff", "cache-control": "no-store" }).end(text);
    };
    if (path === "/healthz") {
      request.resume();
      answer(200, { ok: true });
      return;
    }
    let bytes = 0;
    try {
      for await (const part of request) {
        bytes += part.length;
        if (bytes > mostBytes) break;
      }
    } catch {
      // The client went away before it had said everything: there is nobody to answer.
      return;
    }
    if (bytes > mostBytes) {
      response.setHeader("connection", "close");
      answer(413, { error: `a body has at most ${mostBytes} bytes` });
      return;
    }
    answer(200, { method, path, headers, bytes, pod, version });
  });
  return server;
}

/**
 * Ends a server with the process: it takes no more connections, answers what is under way, and then the process has nothing left to do.
 *
 * @param {import("node:http").Server} server
 * @param {NodeJS.EventEmitter} [signals]
 */
export function endWith(server, signals = process) {
  signals.once("SIGTERM", () => server.close());
}
