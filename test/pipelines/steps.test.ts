import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { commentMarker } from "../../cli/diff/markdown";
import { checkDataLoss, commentChanges } from "../../pipelines/changes";
import { lookForDrift, tellDrift } from "../../pipelines/drift";
import { keepToken, lifeOf } from "../../pipelines/federatedToken";
import { Host } from "../../pipelines/host";
import { pipeline } from "../../pipelines/main";
import { preformatted, shortened, summarize } from "../../pipelines/summary";
import { Variables } from "../../pipelines/variables";
import { outsideOfPipelines } from "../support/hermetic";
import { standIn, StandIn } from "./standIn";

/** A terminal that keeps what is written. */
function kept() {
  const written = { out: "", err: "" };
  const stream = (name: "out" | "err") => ({ isTTY: false, write: (text: string | Uint8Array) => ((written[name] += String(text)), true) });
  return { written, terminal: { out: stream("out"), err: stream("err") } };
}

/** A host that notes what it is asked to do. */
function noting(asked: unknown[]): Host {
  return {
    comment: (marker, text) => Promise.resolve((asked.push([marker, text]), "written")),
    labels: () => Promise.resolve([]),
    openTicket: (ticket) => Promise.resolve((asked.push(ticket), "written")),
    closeTicket: (key) => Promise.resolve((asked.push(key), "closed")),
  };
}

const jwt = (exp: number): string => `h.${Buffer.from(JSON.stringify({ exp })).toString("base64url")}.s`;

describe("the steps of a pipeline", () => {
  let folder: string;
  let server: StandIn | undefined;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "steps-"))));
  afterEach(async () => {
    fs.rmSync(folder, { recursive: true });
    await server?.close();
    server = undefined;
  });
  const inFolder = (name: string, text: string): string => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  };

  describe("data-loss", () => {
    const judge = (verdicts: readonly string[], labels: readonly string[]) => {
      inFolder("diff.json", JSON.stringify({ schemaVersion: 1, diffs: verdicts.map((verdict, index) => ({ stack: `s${index}`, verdict })) }));
      return checkDataLoss(folder, () => Promise.resolve(labels), kept().terminal);
    };
    it("lets what is not dangerous pass, and asks for no label then", async () => {
      await judge(["none", "changes"], []);
      const { terminal } = kept();
      await checkDataLoss(folder, () => Promise.reject(new Error("asked")), terminal);
    });
    it("lets what is dangerous pass with the label alone", async () => {
      await judge(["changes", "dangerous"], ["bug", "allow-data-loss"]);
      await assert.rejects(judge(["changes", "dangerous"], ["bug"]), (error: Error & { status?: number }) => error.status === 11 && /dangerous for s1: .* label allow-data-loss/.test(error.message));
    });
    it("fails without a comparison, and with one that it can't read", async () => {
      await assert.rejects(checkDataLoss(folder, () => Promise.resolve(["allow-data-loss"]), kept().terminal), /comparison failed/);
      await assert.rejects(judge(["unheard-of"], ["allow-data-loss"]));
    });
  });

  describe("comment", () => {
    const comment = async (text?: string): Promise<string> => {
      if (text !== undefined) inFolder("diff.md", text);
      const asked: [string, string][] = [];
      await commentChanges(folder, noting(asked), { COMPARISON_URL: "https://example.com/run" }, kept().terminal);
      assert.deepEqual(asked.map(([marker]) => marker), [commentMarker]);
      return asked[0]?.[1] ?? "";
    };
    it("writes the comparison below one marker, with the run", async () => {
      assert.equal(await comment(`${commentMarker}\n**No change.**\n`), `${commentMarker}\n**No change.**\n\n[The run, with the page](https://example.com/run)`);
    });
    it("takes what a stranger wrote for text: the marker stays first and alone, and the length fits", async () => {
      const written = await comment(`${"x".repeat(90_000)}${commentMarker}`);
      assert.ok(written.startsWith(`${commentMarker}\nxxx`) && written.lastIndexOf(commentMarker) === 0);
      assert.ok(written.length <= 65_536 && written.endsWith("(https://example.com/run)"));
    });
    it("says so where there is no comparison, and follows no link", async () => {
      assert.match(await comment(), /The comparison failed/);
      fs.symlinkSync(inFolder("token", "the-token"), path.join(folder, "diff.md"));
      assert.match(await comment(), /The comparison failed/);
    });
  });

  describe("drift", () => {
    const look = (status: number, printed: string) => lookForDrift("dev", folder, (...args) => Promise.resolve((assert.deepEqual(args, ["--refresh", "--expect-no-changes", "--suppress-outputs"]), { status, printed })));
    const drift = "error: no changes were expected for preview but changes were proposed";
    it("tells drift from a failure", async () => {
      assert.equal(await look(255, "error: AADSTS700016"), 255);
      assert.deepEqual(fs.readdirSync(folder), []);
      assert.equal(await look(255, "error: no changes were expected but changes were proposed"), 0);
      assert.equal(await look(255, `~ group updated\n${drift}`), 0);
      assert.deepEqual(JSON.parse(fs.readFileSync(path.join(folder, "dev.drift.json"), "utf8")), { stack: "dev", drifted: true, printed: `~ group updated\n${drift}` });
    });
    it("opens a ticket where there is drift and ends it where there is none", async () => {
      inFolder("drift-dev/dev.drift.json", JSON.stringify({ stack: "dev", drifted: true, printed: "```\n~ group" }));
      inFolder("prod.drift.json", JSON.stringify({ stack: "prod", drifted: false, printed: "" }));
      const asked: unknown[] = [];
      await tellDrift(folder, noting(asked), "https://example.com/run", kept().terminal);
      const [ticket, ended] = asked as [{ key: string; title: string; text: string }, string];
      assert.deepEqual([ticket.key, ticket.title, ended], ["drift-dev", "Drift in dev", "drift-prod"]);
      assert.ok(ticket.text.includes("````text\n```\n~ group\n````\n\nSeen by https://example.com/run"), ticket.text);
    });
  });

  describe("the sign-in", () => {
    it("keeps the token fresh in a file that one user reads, goes on after a failure, and takes it away", async () => {
      const file = path.join(folder, "token");
      const told: string[] = [];
      let asked = 0;
      const source = (): Promise<string> => (++asked === 2 ? Promise.reject(new Error("busy")) : Promise.resolve(`token-${asked}`));
      // The life of what is no token is a minute; one that ran out is renewed after the shortest wait.
      const end = await keepToken(() => source().then((token) => `${token}.${Buffer.from('{"exp":1}').toString("base64url")}`), file, (note) => told.push(note), 5);
      assert.match(fs.readFileSync(file, "utf8"), /^token-1\./);
      assert.equal(fs.statSync(file).mode & 0o777, 0o600);
      while (asked < 3) await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, 5));
      assert.match(fs.readFileSync(file, "utf8"), /^token-[3-9]/);
      assert.deepEqual(told, ["The sign-in's token could not be renewed, and is tried again: busy"]);
      end();
      assert.equal(fs.existsSync(file), false);
    });
    it("reads how long a token lives", () => assert.deepEqual([lifeOf(jwt(1300), 1_000_000), lifeOf("odd", 0)], [300_000, 60_000]));
  });

  describe("signed in", () => {
    const project = (platform: string, secretsProvider = "secretsprovider: azurekeyvault://kv/keys/k/1\n"): string => {
      inFolder("app/Pulumi.yaml", "name: app\nruntime: nodejs\n");
      inFolder("app/index.js", "");
      inFolder("app/Pulumi.dev.yaml", `${secretsProvider}config:\n  app:platform: ${platform}\n`);
      return path.join(folder, "app");
    };
    const tool = (script: string): void => fs.chmodSync(inFolder("bin/pulumi", `#!/bin/sh\n${script}\n`), 0o755);
    const step = async (argv: readonly string[], more: Variables = {}) => {
      const { written, terminal } = kept();
      const variables = { ...process.env, PATH: `${path.join(folder, "bin")}${path.delimiter}${process.env["PATH"] ?? ""}`, RUNNER_TEMP: folder, ...more };
      return { status: await pipeline([...argv, "--out", path.join(folder, "out")], variables, terminal), ...written };
    };
    const identity = { ARM_CLIENT_ID: "client", ARM_TENANT_ID: "tenant", ARM_SUBSCRIPTION_ID: "subscription", PULUMI_BACKEND_URL: "azblob://state" };
    const onGitHub = async (): Promise<Variables> => {
      server = await standIn({ "GET /token?v=1&audience=api%3A%2F%2FAzureADTokenExchange": { value: jwt(4e9) } });
      return { GITHUB_ACTIONS: "true", GITHUB_TOKEN: "writes", ACTIONS_ID_TOKEN_REQUEST_URL: `${server.root}/token?v=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "asks", ...identity };
    };

    it("gives every tool its variables and a token, and none of what the job itself may do", async () => {
      const app = project("{ access: { kubelogin: workloadidentity } }");
      tool(`echo "$*"; echo "$ARM_USE_OIDC $ARM_CLIENT_ID $AZURE_CLIENT_ID $AZURE_TENANT_ID $PULUMI_BACKEND_URL"; cmp "$ARM_OIDC_TOKEN_FILE_PATH" "$AZURE_FEDERATED_TOKEN_FILE" && test -s "$AZURE_FEDERATED_TOKEN_FILE" && echo token; echo "left: $GITHUB_TOKEN$ACTIONS_ID_TOKEN_REQUEST_TOKEN"; exit 3`);
      const { status, out, err } = await step(["up", "dev", "--program", app], await onGitHub());
      assert.deepEqual([status, out.split("\n"), err], [3, [`up --stack dev --cwd ${app} --yes --non-interactive --color never`, "true client client tenant azblob://state", "token", "left: ", ""], ""]);
      assert.deepEqual(server?.seen.map(({ authorization }) => authorization), ["Bearer asks"]);
      assert.deepEqual(fs.readdirSync(folder).filter((name) => name.startsWith("sign-in-")), []);
    });

    it("asks Azure DevOps for the token of its service connection", async () => {
      const app = project("{ access: { kubelogin: workloadidentity } }");
      tool('echo "$* $ARM_CLIENT_ID"; cat "$AZURE_FEDERATED_TOKEN_FILE"');
      server = await standIn({ "POST /oidc?api-version=7.1&serviceConnectionId=c%2F1": { oidcToken: "the-token" } });
      const names = { AZURESUBSCRIPTION_CLIENT_ID: "of-connection", AZURESUBSCRIPTION_TENANT_ID: "tenant", AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: "c/1" };
      const { status, out } = await step(["settled", "dev", "--program", app], { TF_BUILD: "True", SYSTEM_OIDCREQUESTURI: `${server.root}/oidc`, SYSTEM_ACCESSTOKEN: "t", ARM_SUBSCRIPTION_ID: "s", PULUMI_BACKEND_URL: "b", ...names });
      assert.deepEqual([status, out], [0, `preview --stack dev --cwd ${app} --expect-no-changes --non-interactive --color never of-connection\nthe-token`]);
    });

    it("shows a preview on the run's page", async () => {
      const app = project("{ access: { kubelogin: workloadidentity } }");
      tool("echo '~ group'");
      const page = path.join(folder, "summary.md");
      const { status } = await step(["preview", "dev", "--program", app], { ...(await onGitHub()), GITHUB_STEP_SUMMARY: page });
      assert.deepEqual([status, fs.readFileSync(page, "utf8")], [0, "## pulumi preview dev\n\n```text\n~ group\n```\n"]);
    });

    it("refuses a stack that no pipeline can sign in to, with every reason", async () => {
      const { status, err } = await step(["up", "dev", "--program", project("{}", "")], await onGitHub());
      assert.equal(status, 2);
      assert.match(err, /no secretsprovider.*access\.kubelogin is azurecli/);
      assert.match((await step(["up", "gone", "--program", project("{}")])).err, /no Pulumi\.gone\.yaml/);
    });

    it("names all variables that are missing", async () => {
      const { status, err } = await step(["up", "dev", "--program", project("{ access: { kubelogin: msi } }")], { GITHUB_ACTIONS: "true" });
      assert.deepEqual([status, /ARM_CLIENT_ID, ARM_TENANT_ID, ARM_SUBSCRIPTION_ID, PULUMI_BACKEND_URL/.test(err)], [2, true], err);
    });
  });

  it("are tested with no variable of the pipeline that runs the tests", () => {
    const ofServices = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: "s", ACTIONS_ID_TOKEN_REQUEST_URL: "u", TF_BUILD: "True", SYSTEM_ACCESSTOKEN: "t", BUILD_BUILDID: "1", RUNNER_TEMP: "r", AGENT_TEMPDIRECTORY: "a", AZURESUBSCRIPTION_CLIENT_ID: "c" };
    assert.deepEqual(outsideOfPipelines({ ...ofServices, PATH: "p", CI: "true", RUNNER_TOOL_CACHE: "c" }), { PATH: "p", CI: "true", RUNNER_TOOL_CACHE: "c" });
    assert.deepEqual(Object.keys(process.env).filter((name) => /^(GITHUB|ACTIONS|SYSTEM|AGENT|BUILD)_|^TF_BUILD$/.test(name)), []);
  });

  it("say how they are called", async () => {
    const of = async (...argv: string[]) => {
      const { written, terminal } = kept();
      return [await pipeline(argv, {}, terminal), written.out + written.err] as const;
    };
    assert.deepEqual([(await of("--help"))[0], /Usage:.*data-loss/s.test((await of("--help"))[1])], [0, true]);
    for (const [argv, message] of [[["deploy"], /no step "deploy"/], [["toString"], /no step/], [["up"], /takes one stack/], [["diff", "dev"], /takes no stack/], [["up", "dev", "prod"], /one stack/], [["up", "--force"], /force/]] as const) {
      const [status, told] = await of(...argv);
      assert.deepEqual([status, message.test(told)], [2, true], told);
    }
  });

  it("show text as it is, and no more than fits", () => {
    assert.equal(preformatted("a\n````\nb"), "`````text\na\n````\nb\n`````");
    assert.deepEqual([shortened("abc", 3), shortened("abcd", 3)], ["abc", "abc\n… 1 more characters are in the log."]);
    const { written, terminal } = kept();
    summarize("# hi", path.join(folder, "out/a.md"), { TF_BUILD: "True" }, terminal);
    assert.equal(written.out, `##vso[task.uploadsummary]${path.join(folder, "out/a.md")}\n`);
  });
});
