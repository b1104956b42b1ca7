import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Host, hostOf } from "../../pipelines/host";
import { standIn, StandIn } from "./standIn";

const marker = "<!-- marker -->";
const text = `${marker}\nnew`;

describe("what a pipeline writes", () => {
  let server: StandIn | undefined;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hosts-"));
  afterEach(() => server?.close());
  after(() => fs.rmSync(folder, { recursive: true }));
  const written = () => server?.seen.filter(({ call }) => !call.startsWith("GET")).map(({ call, body }) => [call, body]);

  describe("on GitHub", () => {
    const head = { sha: "abc", repo: { full_name: "ana/platform" } };
    const user = { login: "github-actions[bot]" };
    const workflowRun = { workflow_run: { head_sha: "abc", head_branch: "a&b", head_repository: { full_name: "ana/platform", owner: { login: "ana" } }, pull_requests: [] as { number: number }[] } };
    const start = async (answers: Readonly<Record<string, unknown>>, event: unknown = workflowRun): Promise<Host> => {
      server = await standIn({ "POST ": {}, "PATCH ": {}, ...answers });
      const file = path.join(folder, "event.json");
      fs.writeFileSync(file, JSON.stringify(event));
      return hostOf({ GITHUB_ACTIONS: "true", GITHUB_API_URL: server.root, GITHUB_REPOSITORY: "acme/platform", GITHUB_TOKEN: "the-token", GITHUB_EVENT_PATH: file });
    };
    const pulls = { "GET /repos/acme/platform/pulls?state=open&head=ana%3Aa%26b&per_page=100&page=1": [{ number: 7, head }, { number: 8, head: { ...head, sha: "older" } }, { number: 9, head: { ...head, repo: null } }] };

    it("writes the comment of the pull request whose newest commit was compared, and of no other", async () => {
      const host = await start({ ...pulls, "GET /repos/acme/platform/issues/7/comments": [{ id: 1, body: "hello", user }] });
      assert.equal(await host.comment(marker, text), "written");
      assert.deepEqual(written(), [["POST /repos/acme/platform/issues/7/comments", { body: text }]]);
      assert.deepEqual([...new Set(server?.seen.map(({ authorization }) => authorization))], ["Bearer the-token"]);
    });

    it("edits its own comment, also one on a later page, and not one of a person's that begins alike", async () => {
      const first = Array.from({ length: 100 }, (_, id) => ({ id, body: `${marker}\nforged`, user: { login: "mallory" } }));
      const comments = "GET /repos/acme/platform/issues/7/comments?per_page=100&page=";
      const host = await start({ ...pulls, [`${comments}1`]: first, [`${comments}2`]: [{ id: 500, body: `${marker}\nold`, user }] });
      assert.equal(await host.comment(marker, text), "edited");
      assert.deepEqual(written(), [["PATCH /repos/acme/platform/issues/comments/500", { body: text }]]);
    });

    it("writes nothing where a newer commit has come", async () => {
      const host = await start({ "GET /repos/acme/platform/pulls": [{ number: 7, head: { ...head, sha: "newer" } }] });
      assert.equal(await host.comment(marker, text), "left alone");
      assert.deepEqual(written(), []);
    });

    it("writes to the one that the run names, where the commit is the newest of several, and else to none of them", async () => {
      const several = { "GET /repos/acme/platform/pulls": [{ number: 7, head }, { number: 8, head }], "GET /repos/acme/platform/issues/8/comments": [] };
      let host = await start(several, { workflow_run: { ...workflowRun.workflow_run, pull_requests: [{ number: 8 }] } });
      assert.equal(await host.comment(marker, text), "written");
      assert.deepEqual(written(), [["POST /repos/acme/platform/issues/8/comments", { body: text }]]);
      for (const named of [[], [{ number: 7 }, { number: 8 }]]) {
        await server?.close();
        host = await start(several, { workflow_run: { ...workflowRun.workflow_run, pull_requests: named } });
        assert.equal(await host.comment(marker, text), "left alone");
        assert.deepEqual(written(), []);
      }
    });

    it("reads the labels of the event", async () => {
      const host = await start({}, { pull_request: { labels: [{ name: "bug" }, { name: "allow-data-loss" }] } });
      assert.deepEqual(await host.labels(), ["bug", "allow-data-loss"]);
    });

    it("opens one issue for each key, edits it, and closes it", async () => {
      const ticket = { key: "drift-dev", title: "Drift in dev", text: "…" };
      const body = "<!-- delivery-platform drift-dev -->\n…";
      let host = await start({ "GET /repos/acme/platform/issues": [{ number: 3, body, user: { login: "mallory" } }, { number: 4, body: null, user: null }] });
      assert.deepEqual([await host.openTicket(ticket), await host.closeTicket("drift-dev", "gone")], ["written", "left alone"]);
      assert.deepEqual(written(), [["POST /repos/acme/platform/issues", { title: "Drift in dev", body }]]);
      await server?.close();
      host = await start({ "GET /repos/acme/platform/issues": [{ number: 5, body, user }] });
      assert.deepEqual([await host.openTicket(ticket), await host.closeTicket("drift-dev", "gone")], ["edited", "closed"]);
      assert.deepEqual(written(), [
        ["PATCH /repos/acme/platform/issues/5", { title: "Drift in dev", body }],
        ["POST /repos/acme/platform/issues/5/comments", { body: "gone" }],
        ["PATCH /repos/acme/platform/issues/5", { state: "closed", state_reason: "completed" }],
      ]);
    });

    it("says what was refused, without the token", async () => {
      const host = await start({});
      await assert.rejects(host.comment(marker, text), (error: Error) => error.message.startsWith("GitHub answered 404 to GET /repos/acme/platform/pulls: ") && !error.message.includes("the-token"));
    });
  });

  describe("on Azure DevOps", () => {
    const start = async (answers: Readonly<Record<string, unknown>>): Promise<Host> => {
      server = await standIn({ "GET /_apis/connectionData": { authenticatedUser: { id: "us" } }, ...answers, "POST ": {}, "PATCH ": {} });
      return hostOf({ TF_BUILD: "True", SYSTEM_COLLECTIONURI: `${server.root}/`, SYSTEM_TEAMPROJECTID: "project", SYSTEM_ACCESSTOKEN: "the-token", BUILD_REPOSITORY_ID: "repo", SYSTEM_PULLREQUEST_PULLREQUESTID: "7" });
    };
    const pull = "/project/_apis/git/repositories/repo/pullRequests/7";
    const thread = (id: number, author: string) => ({ id, comments: [{ id: 1, content: `${marker}\nold`, author: { id: author } }] });

    it("writes the comment, and edits its own", async () => {
      let host = await start({ [`GET ${pull}/threads`]: { value: [thread(1, "mallory"), { id: 2, comments: [] }] } });
      assert.equal(await host.comment(marker, text), "written");
      assert.deepEqual(written(), [[`POST ${pull}/threads?api-version=7.1`, { comments: [{ parentCommentId: 0, content: text, commentType: 1 }], status: 4 }]]);
      await server?.close();
      host = await start({ [`GET ${pull}/threads`]: { value: [thread(1, "mallory"), thread(3, "us")] } });
      assert.equal(await host.comment(marker, text), "edited");
      assert.deepEqual(written(), [[`PATCH ${pull}/threads/3/comments/1?api-version=7.1`, { content: text }]]);
    });

    it("reads the labels that are set", async () => {
      const host = await start({ [`GET ${pull}/labels`]: { value: [{ name: "allow-data-loss", active: true }, { name: "old", active: false }] } });
      assert.deepEqual(await host.labels(), ["allow-data-loss"]);
    });

    it("opens one work item for each key, edits it, and ends it", async () => {
      const ticket = { key: "drift-dev", title: "Drift in dev", text: "a < b" };
      const fields = [{ op: "add", path: "/fields/System.Title", value: "Drift in dev" }, { op: "add", path: "/fields/System.Description", value: "<pre>a &lt; b</pre>" }];
      let host = await start({ "POST /project/_apis/wit/wiql": { workItems: [] } });
      assert.deepEqual([await host.openTicket(ticket), await host.closeTicket("drift-dev", "gone")], ["written", "left alone"]);
      // Not one that a person made with the same tag.
      assert.match(JSON.stringify(written()?.[0]?.[1]), /\[System\.CreatedBy\] = @Me AND \[System\.Tags\] CONTAINS 'drift-dev'/);
      assert.deepEqual(written()?.filter(([call]) => !String(call).includes("wiql")), [["POST /project/_apis/wit/workitems/$Issue?api-version=7.1", [...fields, { op: "add", path: "/fields/System.Tags", value: "drift-dev" }]]]);
      await server?.close();
      host = await start({ "POST /project/_apis/wit/wiql": { workItems: [{ id: 9 }] } });
      assert.deepEqual([await host.openTicket(ticket), await host.closeTicket("drift-dev", "gone")], ["edited", "closed"]);
      assert.deepEqual(written()?.filter(([call]) => !String(call).includes("wiql")), [
        ["PATCH /project/_apis/wit/workitems/9?api-version=7.1", fields],
        ["PATCH /project/_apis/wit/workitems/9?api-version=7.1", [{ op: "add", path: "/fields/System.History", value: "gone" }, { op: "add", path: "/fields/System.State", value: "Done" }]],
      ]);
    });
  });

  it("needs a service, and names the variables that are missing", async () => {
    assert.throws(() => hostOf({}), /GITHUB_ACTIONS or TF_BUILD/);
    await assert.rejects(hostOf({ TF_BUILD: "True", SYSTEM_ACCESSTOKEN: "t" }).labels(), /lacks these variables: SYSTEM_COLLECTIONURI\./);
  });
});
