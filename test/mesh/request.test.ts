import * as assert from "node:assert/strict";
import * as net from "node:net";
import { Answer, Connect, ConnectError, Request, send } from "./real/lab/request";

const connect: Connect = (host, port, signal) =>
  new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, signal }, () => resolve(socket));
    socket.once("error", ({ message }) => reject(new ConnectError(message)));
  });

describe("what the mesh's tests send requests with", () => {
  const heard: string[] = [];
  let answers = true;
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      heard.push(chunk.toString());
      if (answers) socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    });
  });
  const port = (): number => (server.address() as net.AddressInfo).port;

  before((done) => {
    server.listen(0, "127.0.0.1", done);
  });

  beforeEach(() => {
    heard.length = 0;
    answers = true;
  });

  after((done) => {
    sockets.forEach((socket) => socket.destroy());
    server.close(done);
  });

  const sent = (rest: string, request: Partial<Request> = {}): Promise<Answer> => send(connect, { url: `http://127.0.0.1:${port()}${rest}`, ...request });

  const written = {
    "": "/",
    "/": "/",
    "?a=1": "/?a=1",
    "/a/../b": "/a/../b",
    "/a/./b/..": "/a/./b/..",
    "/orders/%2e%2e/admin": "/orders/%2e%2e/admin",
    "/orders/..%2Fadmin?x=/../y": "/orders/..%2Fadmin?x=/../y",
    "//admin": "//admin",
    "/a\\..\\b": "/a\\..\\b",
    "/stats?filter=^(a|b.c)$": "/stats?filter=^(a|b.c)$",
  };
  for (const [rest, target] of Object.entries(written)) {
    it(`sends ${rest || "no path"} as ${target}`, async () => {
      const { status, body } = await sent(rest);
      assert.deepEqual([status, body], [200, "ok"]);
      assert.equal(heard[0]?.split("\r\n")[0], `GET ${target} HTTP/1.1`);
      assert.match(heard[0] ?? "", new RegExp(`\\r\\nhost: 127\\.0\\.0\\.1:${port()}\\r\\n`, "i"));
    });
  }

  for (const rest of ["/a b", "/ä", "/a#b", "/a\nb"]) {
    it(`does not send ${JSON.stringify(rest)}`, () => assert.rejects(sent(rest), /can't be sent/));
  }

  it("tells a host of the request's own", async () => {
    await sent("/", { headers: { host: "echo.example.com" } });
    assert.match(heard[0] ?? "", /\r\nhost: echo\.example\.com\r\n/i);
  });

  it("says that a connection was refused", async () => {
    const closed = net.createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port: free } = closed.address() as net.AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    assert.equal((await send(connect, { url: `http://127.0.0.1:${free}/` })).status, "refused");
  });

  const timeout = 50;

  it("waits no longer for a connection", async () => {
    const never: Connect = (_, __, signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    assert.equal((await send(never, { url: "http://127.0.0.1/", timeout })).status, "timeout");
  });

  it("waits no longer for a handshake", async () => {
    answers = false;
    assert.equal((await send(connect, { url: `https://127.0.0.1:${port()}/`, timeout })).status, "timeout");
  });

  it("waits no longer for an answer", async () => {
    answers = false;
    assert.equal((await sent("/", { timeout })).status, "timeout");
  });
});
