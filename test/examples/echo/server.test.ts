import * as assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import * as http from "node:http";
import { AddressInfo } from "node:net";
import * as path from "node:path";
import { pathToFileURL } from "node:url";

interface EchoModule {
  readonly mostBytes: number;
  echoServer(about: { pod: string; version: string }): http.Server;
  endWith(server: http.Server, signals: EventEmitter): void;
}

describe("the echo example's server", () => {
  let module: EchoModule;
  let server: http.Server;
  let address: string;

  before(async () => (module = (await import(pathToFileURL(path.resolve("examples/echo/server/server.mjs")).href)) as EchoModule));
  beforeEach(async () => {
    server = module.echoServer({ pod: "hello-v1-abc", version: "1.2.3" });
    await once(server.listen(0, "127.0.0.1"), "listening");
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it("answers with what it got, and with who answers", async () => {
    const response = await fetch(`${address}/a?b=c`, { method: "PUT", headers: { "x-team": "shop" }, body: "hällo" });
    const { headers, ...rest } = (await response.json()) as { headers: Record<string, string> };
    assert.equal(response.status, 200);
    assert.deepEqual(rest, { method: "PUT", path: "/a?b=c", bytes: 6, pod: "hello-v1-abc", version: "1.2.3" });
    assert.deepEqual([headers["x-team"], headers["host"]], ["shop", new URL(address).host]);
  });

  it("is no page in a browser, whatever the request says", async () => {
    const { headers } = await fetch(`${address}/<script>alert(1)</script>`, { headers: { accept: "text/html" } });
    assert.deepEqual([headers.get("content-type"), headers.get("x-content-type-options")], ["application/json", "nosniff"]);
  });

  it("answers its probe", async () => {
    const response = await fetch(`${address}/healthz`);
    assert.deepEqual([response.status, await response.json()], [200, { ok: true }]);
  });

  it("takes a body of 1 MiB and refuses a longer one", async () => {
    assert.equal(module.mostBytes, 1024 * 1024);
    const post = (bytes: number): Promise<Response> => fetch(address, { method: "POST", body: "x".repeat(bytes) });
    assert.equal(((await (await post(module.mostBytes)).json()) as { bytes: number }).bytes, module.mostBytes);
    const refused = await post(module.mostBytes + 1);
    assert.deepEqual([refused.status, refused.headers.get("connection")], [413, "close"]);
  });

  it("outlives a client that goes away in the middle of its body", async () => {
    const request = http.request(address, { method: "POST", headers: { "content-length": 100 } });
    request.on("error", () => undefined).write("begun");
    await once(server, "request");
    request.destroy();
    assert.equal((await fetch(`${address}/healthz`)).status, 200);
  });

  it("answers what is under way when it is told to end, and takes nothing more", async () => {
    const signals = new EventEmitter();
    module.endWith(server, signals);
    const request = http.request(address, { method: "POST", headers: { "content-length": 4 } });
    request.write("be");
    await once(server, "request");
    const closed = once(server, "close");
    signals.emit("SIGTERM");
    await assert.rejects(fetch(address));
    request.end("gn");
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    assert.deepEqual([response.statusCode, response.headers.connection], [200, "close"]);
    response.resume();
    await closed;
  });
});
