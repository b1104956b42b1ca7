import * as http from "node:http";
import { AddressInfo } from "node:net";

/** A call that arrived. */
export interface Seen {
  readonly call: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** A service that stands in for another one, on this machine. */
export interface StandIn {
  readonly root: string;
  readonly seen: readonly Seen[];
  readonly close: () => Promise<void>;
}

/** Starts one that answers a call by the first of the keys that it begins with, as "GET /path"; others with 404. */
export async function standIn(answers: Readonly<Record<string, unknown>>): Promise<StandIn> {
  const seen: Seen[] = [];
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const call = `${request.method ?? ""} ${request.url ?? ""}`;
      const text = Buffer.concat(parts).toString();
      seen.push({ call, authorization: request.headers.authorization, body: text === "" ? undefined : (JSON.parse(text) as unknown) });
      const key = Object.keys(answers).find((known) => call.startsWith(known));
      response.writeHead(key === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(key === undefined ? { message: "not found" } : answers[key]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { root: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, close };
}
