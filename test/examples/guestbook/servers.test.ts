import * as assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import { AddressInfo } from "node:net";
import * as path from "node:path";
import { pathToFileURL } from "node:url";

interface Entry {
  readonly author: string;
  readonly text: string;
  readonly at: string;
}

interface Book {
  ping(): Promise<unknown>;
  list(limit: number): Promise<Entry[]>;
  add(entry: Entry): Promise<unknown>;
}

interface Session {
  readonly name: string;
  readonly visits: number;
  readonly greeting?: string;
}

interface Sessions {
  load(id: string): Promise<Session | undefined>;
  save(id: string, session: Session): Promise<unknown>;
}

type Log = (line: string) => void;

interface Servers {
  guestbookServer(settings: { book: Book; version: string; now?: () => Date; log: Log }): http.Server;
  messageServer(settings: { version: string; wisdomUrl?: string; fails?: () => boolean; log: Log }): http.Server;
  uiServer(settings: { sessions: Sessions; sessionsWithin?: number; messageUrl: string; guestbookUrl: string; version: string; log: Log }): http.Server;
}

const folder = "examples/guestbook/servers";
const downed = (): Promise<never> => Promise.reject(new Error("the store is down: secret detail"));
const stalled = (): Promise<never> => new Promise(() => undefined);

/** A book in memory, the newest entry first as in the database. */
function bookInMemory(entries: Entry[] = []): Book {
  return { ping: async () => undefined, list: async (limit) => entries.slice(0, limit), add: async (entry) => entries.unshift(entry) };
}

function sessionsInMemory(): Sessions & { readonly kept: Map<string, Session> } {
  const kept = new Map<string, Session>();
  return { kept, load: async (id) => kept.get(id), save: async (id, session) => kept.set(id, session) };
}

describe("the guestbook's servers", () => {
  let make: Servers;
  let running: http.Server[];
  let lines: string[];
  const log = (line: string): void => void lines.push(line);

  before(async () => {
    const parts = await Promise.all(["guestbook", "message", "ui"].map((name) => import(pathToFileURL(path.resolve(folder, name, "server.mjs")).href)));
    make = Object.assign({}, ...parts) as Servers;
  });
  beforeEach(() => void ([running, lines] = [[], []]));
  afterEach(() =>
    running.forEach((server) => {
      server.closeAllConnections();
      server.close();
    }),
  );

  async function start(server: http.Server): Promise<string> {
    running.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** An address where nobody answers. */
  async function nobody(): Promise<string> {
    const address = await start(http.createServer());
    running.pop()?.close();
    return address;
  }

  /** A server that answers with what is given, and the requests that it got. */
  async function standIn(status: number, body: string): Promise<{ readonly url: string; readonly got: http.IncomingMessage[] }> {
    const got: http.IncomingMessage[] = [];
    const url = await start(
      http.createServer((request, response) => {
        got.push(request);
        response.writeHead(status).end(body);
      }),
    );
    return { url, got };
  }

  const json = async (response: Response): Promise<unknown[]> => [response.status, await response.json()];
  const post = (url: string, body: string): Promise<Response> => fetch(url, { method: "POST", body, redirect: "manual" });

  describe("the book", () => {
    const book = (store: Book = bookInMemory()): Promise<string> => start(make.guestbookServer({ book: store, version: "v1", now: () => new Date(0), log }));
    const entry = { author: "Ana", text: "Hello", at: "1970-01-01T00:00:00.000Z" };

    it("keeps what is written, without the space around it, and shows the newest first", async () => {
      const address = await book();
      assert.deepEqual(await json(await post(`${address}/messages`, JSON.stringify({ author: " Ana ", text: "Hello\n" }))), [201, entry]);
      await post(`${address}/messages`, JSON.stringify({ author: "Ben", text: "Hi" }));
      assert.deepEqual(await json(await fetch(`${address}/messages`)), [200, [{ ...entry, author: "Ben", text: "Hi" }, entry]]);
      assert.deepEqual(await json(await fetch(`${address}/messages?limit=1`)), [200, [{ ...entry, author: "Ben", text: "Hi" }]]);
    });

    const long = (length: number): string => "x".repeat(length);
    for (const [what, body] of [
      ["no JSON", "{"], ["null", "null"], ["no author", `{"text":"a"}`], ["an empty author", `{"author":" ","text":"a"}`], ["a long author", `{"author":"${long(101)}","text":"a"}`],
      ["no text", `{"author":"a"}`], ["a text that is none", `{"author":"a","text":1}`], ["a long text", `{"author":"a","text":"${long(1001)}"}`],
    ] as const) {
      it(`refuses ${what}`, async () => assert.equal((await post(`${await book()}/messages`, body)).status, 400));
    }

    for (const limit of ["0", "101", "1.5", "x"]) {
      it(`refuses to show ${limit} entries`, async () => assert.equal((await fetch(`${await book()}/messages?limit=${limit}`)).status, 400));
    }

    it("refuses a body of more than 64 KiB, and another method and path", async () => {
      const address = await book();
      assert.equal((await post(`${address}/messages`, long(1024 * 1024))).status, 413);
      assert.equal((await fetch(`${address}/messages`, { method: "DELETE" })).status, 404);
      assert.equal((await fetch(`${address}/other`)).status, 404);
    });

    it("is alive and not ready while its database is down, and says nothing of why but in its log", async () => {
      const address = await book({ ping: downed, list: downed, add: downed });
      assert.equal((await fetch(`${address}/healthz`)).status, 200);
      assert.deepEqual(await json(await fetch(`${address}/ready`)), [500, { error: "something went wrong here" }]);
      assert.match(lines[0] ?? "", /secret detail/);
      assert.equal((await fetch(`${await book()}/ready`)).status, 200);
    });

    it("lives on after a request whose address can't be read", async () => {
      const address = await book();
      const request = http.request(address, { path: "//" }).end();
      const [response] = (await once(request, "response")) as [http.IncomingMessage];
      assert.equal(response.resume().statusCode, 400);
      assert.equal((await fetch(`${address}/healthz`)).status, 200);
    });

    it("writes a line for each request but the probe of whether it lives", async () => {
      const address = await book();
      await fetch(`${address}/healthz`);
      await fetch(`${address}/messages?limit=2`);
      const [line, ...others] = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
      assert.deepEqual([line?.["name"], line?.["version"], line?.["method"], line?.["path"], line?.["status"], others.length], ["guestbook", "v1", "GET", "/messages", 200, 0]);
    });
  });

  describe("the greetings", () => {
    const greet = (more: { wisdomUrl?: string; fails?: () => boolean } = {}): Promise<string> => start(make.messageServer({ version: "v2", ...more, log }));

    it("greet by name", async () => {
      assert.deepEqual(await json(await fetch(`${await greet()}/hello?name=Ana%20%26%20Ben%2F..`)), [200, { greeting: "Hello Ana & Ben/..!", version: "v2" }]);
    });

    it("bring some wisdom where they know of a source, and do without where it has none", async () => {
      const [source, broken] = [await standIn(200, "Keep it simple."), await standIn(500, "no")];
      assert.deepEqual(await json(await fetch(`${await greet({ wisdomUrl: source.url })}/hello?name=a`)), [200, { greeting: "Hello a!", version: "v2", wisdom: "Keep it simple." }]);
      for (const wisdomUrl of [broken.url, await nobody()]) assert.deepEqual(await json(await fetch(`${await greet({ wisdomUrl })}/hello?name=a`)), [200, { greeting: "Hello a!", version: "v2" }]);
    });

    it("fail while they are told to, and live on", async () => {
      let fails = true;
      const address = await greet({ fails: () => fails });
      assert.equal((await fetch(`${address}/hello?name=a`)).status, 503);
      assert.equal((await fetch(`${address}/healthz`)).status, 200);
      fails = false;
      assert.equal((await fetch(`${address}/hello?name=a`)).status, 200);
    });

    it("tell Prometheus how many they greeted", async () => {
      const address = await greet();
      for (const name of ["a", "b"]) await fetch(`${address}/hello?name=${name}`);
      const response = await fetch(`${address}/metrics`);
      assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
      assert.equal(await response.text(), "# HELP guestbook_greetings_total Greetings since the server started.\n# TYPE guestbook_greetings_total counter\nguestbook_greetings_total 2\n");
    });

    it("refuse anything else", async () => {
      const address = await greet();
      for (const [url, status] of [["/hello", 400], ["/hello?name=+", 400], [`/hello?name=${"x".repeat(101)}`, 400], ["/hello/a", 404], ["/", 404]] as const) assert.equal((await fetch(`${address}${url}`)).status, status, url);
      assert.equal((await post(`${address}/hello?name=a`, "")).status, 404);
    });
  });

  describe("the pages", () => {
    interface Parts {
      readonly sessions: Sessions;
      readonly sessionsWithin: number;
      readonly messageUrl: string;
      readonly guestbookUrl: string;
    }
    const pages = async (change: Partial<Parts> = {}, version = "v1"): Promise<string> =>
      start(
        make.uiServer({
          sessions: sessionsInMemory(),
          messageUrl: await start(make.messageServer({ version: "v1", log })),
          guestbookUrl: await start(make.guestbookServer({ book: bookInMemory(), version: "v1", log })),
          version,
          log,
          ...change,
        }),
      );
    const cookieOf = (response: Response): string => response.headers.get("set-cookie")?.split(";")[0] ?? "";
    const form = (author: string, text: string): string => new URLSearchParams({ author, text }).toString();
    const problems = (html: string): string[] => [...html.matchAll(/role="alert">([^<]*)</g)].map(([, problem = ""]) => problem);

    it("write into the book, greet who wrote, and remember who visits", async () => {
      const address = await pages();
      const first = await fetch(address);
      const cookie = cookieOf(first);
      assert.match(await first.text(), /You have been here 1 time\.[^]*Nothing yet\./);
      const written = await fetch(`${address}/messages`, { method: "POST", body: form("Ana", "Good food"), headers: { cookie }, redirect: "manual" });
      assert.deepEqual([written.status, written.headers.get("location"), cookieOf(written)], [303, "/", cookie]);
      const html = await (await fetch(address, { headers: { cookie } })).text();
      assert.match(html, /You have been here 2 times\.[^]*Hello Ana![^]*value="Ana"[^]*<b>Ana<\/b>[^]*Good food/);
      assert.deepEqual(problems(html), []);
    });

    it("keep the cookie to themselves, and let a page load nothing from elsewhere", async () => {
      const { headers } = await fetch(await pages());
      assert.match(headers.get("set-cookie") ?? "", /^visit=[0-9a-f-]{36}; Path=\/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax$/);
      assert.match(headers.get("content-security-policy") ?? "", /^default-src 'none'; .*form-action 'self'; frame-ancestors 'none'/);
    });

    it("take no other text for a visit than one of theirs", async () => {
      const sessions = sessionsInMemory();
      const response = await fetch(await pages({ sessions }), { headers: { cookie: "visit=../../x" } });
      assert.notEqual(cookieOf(response), "visit=../../x");
      assert.deepEqual([...sessions.kept.keys()].map((id) => `visit=${id}`), [cookieOf(response)]);
    });

    it("say who has signed in, and are golden in the second version", async () => {
      const html = await (await fetch(await pages({}, "v2"), { headers: { "x-auth-request-email": "ana@example.com" } })).text();
      assert.match(html, /#ffe9a8[^]*Signed in as ana@example\.com\.[^]*ui v2/);
      assert.doesNotMatch(await (await fetch(await pages())).text(), /#ffe9a8|Signed in/);
    });

    it("show what people wrote as text, whatever it is", async () => {
      const evil = `<script>alert("1")</script>'&`;
      const safe = "&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;&#39;&#38;";
      const address = await pages();
      const cookie = cookieOf(await post(`${address}/messages`, form(evil, evil)));
      const html = await (await fetch(address, { headers: { cookie, "x-auth-request-email": evil } })).text();
      assert.doesNotMatch(html, /<script|"1"/);
      // Of the visitor, the greeting, the form, and the entry's author and text.
      assert.equal(html.split(safe).length - 1, 5);
    });

    const parts: readonly (readonly [what: string, change: (away: string) => Partial<Parts>, shown: readonly string[], writes: readonly string[] | "written"])[] = [
      ["Redis", () => ({ sessions: { load: downed, save: downed } }), ["Who you are can't be remembered at the moment."], "written"],
      ["a Redis that has stopped answering", () => ({ sessions: { load: stalled, save: stalled }, sessionsWithin: 20 }), ["Who you are can't be remembered at the moment."], "written"],
      ["the book", (guestbookUrl) => ({ guestbookUrl }), ["The book can't be read at the moment."], ["The message could not be written.", "The book can't be read at the moment."]],
      ["the greetings", (messageUrl) => ({ messageUrl }), [], "written"],
      ["everything", (away) => ({ sessions: { load: downed, save: downed }, guestbookUrl: away, messageUrl: away }), ["Who you are can't be remembered at the moment.", "The book can't be read at the moment."],
        ["Who you are can't be remembered at the moment.", "Nobody is there to greet you.", "The message could not be written.", "The book can't be read at the moment."]],
    ];
    for (const [what, change, shown, writes] of parts) {
      it(`stay up while ${what} is down, and say what is missing`, async () => {
        const address = await pages(change(await nobody()));
        const page = await fetch(address);
        assert.equal(page.status, 200);
        assert.deepEqual(problems(await page.text()), shown.map((problem) => problem.replaceAll("'", "&#39;")));
        const answer = await post(`${address}/messages`, form("Ana", "Hello"));
        if (writes === "written") assert.equal(answer.status, 303);
        else assert.deepEqual([answer.status, problems(await answer.text())], [200, writes.map((problem) => problem.replaceAll("'", "&#39;"))]);
      });
    }

    for (const name of ["a/b", "..", "a?b#c", "%2F", "ä".repeat(100)]) {
      it(`greet who is called ${JSON.stringify(name.slice(0, 10))}`, async () => {
        const sessions = sessionsInMemory();
        assert.equal((await post(`${await pages({ sessions })}/messages`, form(name, "Hello"))).status, 303);
        assert.deepEqual([...sessions.kept.values()].map(({ greeting }) => greeting), [`Hello ${name}!`]);
      });
    }

    it("pass on what belongs to a trace, and nothing that belongs to the visitor", async () => {
      const book = await standIn(200, "[]");
      await fetch(await pages({ guestbookUrl: book.url }), { headers: { traceparent: "00-1-2-01", "x-request-id": "7", cookie: "visit=1", authorization: "Bearer x", "x-auth-request-email": "ana@example.com" } });
      const { traceparent, "x-request-id": id, cookie, authorization, "x-auth-request-email": email } = book.got[0]?.headers ?? {};
      assert.deepEqual([traceparent, id, cookie, authorization, email], ["00-1-2-01", "7", undefined, undefined, undefined]);
    });

    it("have no others", async () => {
      const address = await pages();
      assert.deepEqual([(await fetch(`${address}/other`)).status, (await post(address, "")).status], [404, 404]);
    });
  });
});

describe("the images of the guestbook's servers", () => {
  const { dependencies } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as { dependencies: Record<string, string> };

  for (const server of ["ui", "message", "guestbook"]) {
    it(`have all that ${server} imports, and no more packages than it needs`, () => {
      const dockerfile = fs.readFileSync(path.join(folder, server, "Dockerfile"), "utf8");
      const copied = [...dockerfile.matchAll(/^COPY --chmod=755 (\w+) \1$/gm)].map(([, name = ""]) => name);
      const imported = new Set<string>();
      const follow = (file: string): void => {
        if (imported.has(file)) return;
        imported.add(file);
        for (const [, from = ""] of fs.readFileSync(path.join(folder, file), "utf8").matchAll(/^import .* from "([^"]+)";$/gm)) {
          if (from.startsWith(".")) follow(path.join(path.dirname(file), from));
          else if (!from.startsWith("node:")) imported.add(`package ${from.split("/").slice(0, from.startsWith("@") ? 2 : 1).join("/")}`);
        }
      };
      follow(`${server}/main.mjs`);
      const packages = [...imported].filter((name) => name.startsWith("package ")).map((name) => name.slice("package ".length));
      assert.deepEqual([...new Set([...imported].filter((name) => !name.startsWith("package ")).map((file) => file.split("/")[0]))].sort(), copied.sort());
      assert.deepEqual(packages.filter((name) => !(name in dependencies)), []);
      assert.equal(/npm ci --omit=dev/.test(dockerfile), packages.length > 0);
      assert.match(dockerfile, new RegExp(`^USER 65532:65532$[^]*^ENTRYPOINT \\["node", "${server}/main.mjs"\\]$`, "m"));
    });
  }
});
