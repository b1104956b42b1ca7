import { appendFileSync, existsSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as after } from "node:timers/promises";
import { echoServer, endWith } from "../../../../../examples/echo/server/server.mjs";

/*
 * The example's echo server, which besides answers badly or late where the query asks for it:
 *
 * - `sleep=500`: answers after so many milliseconds
 * - `status=503`: answers with this status
 * - `fail=2&key=a`: answers 503 to the first two requests of this key
 *
 * Each request is a line of JSON in LOG. While the file BROKEN is there, every request but the probes' is answered 500.
 */

const { POD = "", VERSION = "", PORT = "8080", LOG = "", BROKEN = "" } = process.env;
const echo = echoServer({ pod: POD, version: VERSION });
/** @type {Map<string, number>} */
const seen = new Map();

const server = createServer(async (request, response) => {
  const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://pod");
  if (pathname === "/healthz") {
    echo.emit("request", request, response);
    return;
  }
  const key = query.get("key") ?? "";
  const times = (seen.get(key) ?? 0) + 1;
  seen.set(key, times);
  appendFileSync(LOG, `${JSON.stringify({ pod: POD, version: VERSION, method: request.method, path: pathname, key, host: request.headers.host })}\n`);
  await after(Number(query.get("sleep") ?? 0));
  const failing = times <= Number(query.get("fail") ?? 0) ? 503 : existsSync(BROKEN) ? 500 : 0;
  const status = Number(query.get("status") ?? failing);
  if (status === 0) {
    echo.emit("request", request, response);
    return;
  }
  request.resume();
  response.writeHead(status).end();
});
server.listen(Number(PORT));
endWith(server);
