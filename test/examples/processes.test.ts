import * as assert from "node:assert/strict";
import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";

const guestbook = "examples/guestbook/servers";

/*
 * In the place of the packages that an image has, which the repository doesn't: they print what they are given, and are never there. What the
 * servers make of the real ones was tried by hand: docs/proven.md.
 */
const standIns: Readonly<Record<string, string>> = {
  "@redis/client": `export const createClient = (options) => {
    console.log(JSON.stringify({ given: options }));
    const away = () => Promise.reject(new Error("away"));
    return { on: () => undefined, connect: away, get: away, set: away, destroy: () => undefined };
  };`,
  mysql2: `export const createPool = (options) => {
    console.log(JSON.stringify({ given: options }));
    return { query: () => Promise.reject(new Error("away")), end: async () => undefined };
  };`,
};

interface Started {
  readonly process: ChildProcess;
  readonly address: string;
  /** What its client of a store was given. */
  readonly given: Readonly<Record<string, unknown>> | undefined;
}

describe("each server of the examples, as the process that its image starts", () => {
  let folder: string;
  const processes: ChildProcess[] = [];

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "servers-"));
    fs.cpSync(guestbook, folder, { recursive: true });
    for (const [name, code] of Object.entries(standIns)) {
      const place = path.join(folder, "node_modules", name);
      fs.mkdirSync(place, { recursive: true });
      fs.writeFileSync(path.join(place, "index.mjs"), code);
      fs.writeFileSync(path.join(place, "package.json"), JSON.stringify({ exports: { ".": "./index.mjs", "./promise": "./index.mjs" } }));
    }
  });
  after(() => {
    for (const process of processes) process.kill("SIGKILL");
    fs.rmSync(folder, { recursive: true });
  });

  /** Starts it on a port that is free, which it prints, and waits until it listens. */
  async function start(main: string, env: Readonly<Record<string, string>>): Promise<Started> {
    const started = spawn(process.execPath, [main], { env: { PORT: "0", ...env }, stdio: ["ignore", "pipe", "inherit"] });
    processes.push(started);
    let given: Started["given"];
    for await (const line of createInterface({ input: started.stdout })) {
      const said = JSON.parse(line) as { listening?: number; given?: Readonly<Record<string, unknown>> };
      given ??= said.given;
      if (said.listening !== undefined) return { process: started, address: `http://127.0.0.1:${said.listening}`, given };
    }
    throw new Error(`${main} ended before it listened`);
  }

  const rows: readonly (readonly [main: string, env: Readonly<Record<string, string>>, path: string, status: number, answer: RegExp, given?: Readonly<Record<string, unknown>>])[] = [
    ["examples/echo/server/main.mjs", { VERSION: "1.2.3" }, "/a", 200, /"version": "1\.2\.3"/],
    ["message/main.mjs", { VERSION: "v2" }, "/hello?name=Ana", 200, /"Hello Ana!","version":"v2"/],
    ["ui/main.mjs", { VERSION: "v2", REDIS_URL: "redis://:x@redis:6379", MESSAGE_URL: "http://127.0.0.1:1", GUESTBOOK_URL: "http://127.0.0.1:1" }, "/", 200, /can&#39;t be read[^]*ui v2/,
      { url: "redis://:x@redis:6379", disableOfflineQueue: true, commandsQueueMaxLength: 100, socket: { connectTimeout: 5000 } }],
    ["guestbook/main.mjs", { MYSQL_HOST: "db", MYSQL_PORT: "3307", MYSQL_PASSWORD: "x" }, "/ready", 500, /something went wrong/,
      { host: "db", port: 3307, user: "guestbook", password: "x", database: "guestbook", connectionLimit: 10, connectTimeout: 5000, enableKeepAlive: true }],
  ];
  for (const [main, env, at, status, answer, expected] of rows) {
    it(`answers its probe and a request, and ends when it is told to: ${main}`, async () => {
      const { process, address, given } = await start(main.startsWith("examples/") ? main : path.join(folder, main), env);
      assert.deepEqual(given, expected);
      assert.equal((await fetch(`${address}/healthz`)).status, 200);
      const response = await fetch(`${address}${at}`);
      assert.equal(response.status, status);
      assert.match(await response.text(), answer);
      process.kill("SIGTERM");
      assert.deepEqual(await once(process, "exit"), [0, null]);
    });
  }
});
