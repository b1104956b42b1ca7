import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { literal } from "../../components/shared/regularExpression";
import { stepNames } from "../../pipelines/main";
import { definitionsIn, meshCommand, npmScripts, pulumiVersion, recordOf, recordsIn, stacks, textsAt } from "./definitions";

const all = definitionsIn(".github");
const workflows = all.filter(({ file }) => file.startsWith(".github/workflows/"));
const workflow = (name: string) => recordOf(workflows.find(({ file }) => file === `.github/workflows/${name}.yml`)?.content);
/** Every job, as workflow/job. */
const jobs = workflows.flatMap(({ file, content }) =>
  Object.entries(recordOf(content["jobs"])).map(([id, job]) => ({ name: `${file.slice(".github/workflows/".length, -".yml".length)}/${id}`, job: recordOf(job) })),
);
const jobNamed = (name: string) => recordOf(jobs.find((one) => one.name === name)?.job);
/** The files that a pattern with `*` within a name stands for. */
const filesLike = (pattern: string): string[] => {
  const like = new RegExp(`^${pattern.split("*").map(literal).join("[^/]*")}$`);
  const folder = (pattern.split("*")[0] ?? "").replace(/[^/]*$/, "");
  return fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => like.test(`${folder}${name}`));
};
const stepsOf = (job: Readonly<Record<string, unknown>>) => (Array.isArray(job["steps"]) ? job["steps"].map(recordOf) : []);

describe("the workflows of GitHub", () => {
  it("pin every action by one commit, with its version beside it", () => {
    const lines = all.flatMap(({ text }) => [...text.matchAll(/uses: (.*)$/gm)].map(([, used = ""]) => used)).filter((used) => !used.startsWith("./"));
    assert.deepEqual(lines.filter((used) => !/^[\w.-]+\/[\w.-]+@[0-9a-f]{40} # v[\d.]+$/.test(used)), []);
    const actions = [...new Set(lines)].map((used) => used.split("@")[0]);
    assert.deepEqual(actions, [...new Set(actions)]);
    assert.ok(lines.length > 10);
  });

  it("run npm scripts that there are, and nothing else", () => {
    const commands = all.flatMap(({ content }) => textsAt(content, "run"));
    const scripts = ["test:mesh", ...textsAt(workflow("checks"), "script"), ...(recordOf(recordOf(recordOf(jobNamed("checks/check"))["strategy"])["matrix"])["script"] as string[])].filter((script) => !script.startsWith("$"));
    const others = commands.filter((command) => !["npm ci --ignore-scripts", 'npm run --silent "$SCRIPT"', meshCommand].includes(command));
    const called = /^(?:npm run --silent|exec npm run --silent --script-shell bash) pipeline -- (\S+)/;
    assert.deepEqual(others.filter((command) => !called.test(command)), []);
    const steps = others.map((command) => called.exec(command)?.[1] ?? "");
    const named = [...workflows.flatMap(({ content }) => textsAt(content, "step"))].filter((step) => !step.startsWith("$"));
    assert.deepEqual([...steps, ...named].filter((step) => step !== '"$STEP"' && ![...stepNames.withoutCloud, ...stepNames.inCloud].includes(step)), []);
    assert.deepEqual([...scripts, "pipeline"].filter((script) => !npmScripts.includes(script)), []);
    // Each of them that needs no cloud is one of the project's own checks too.
    const ci = fs.readFileSync(".ci/run", "utf8");
    assert.deepEqual(scripts.filter((script) => !new RegExp(`npm (run --silent )?${script}$`, "m").test(ci)), []);
    assert.deepEqual(["diff", "data-loss"].filter((step) => !ci.includes(`pipeline -- ${step} `)), []);
  });

  it("give each job what it needs and no more", () => {
    assert.deepEqual(workflows.filter(({ content }) => JSON.stringify(content["permissions"]) !== "{}").map(({ file }) => file), []);
    const writing = jobs.map(({ name, job }) => [name, Object.entries(recordOf(job["permissions"])).filter(([, level]) => level !== "read").map(([what, level]) => `${what}: ${String(level)}`)] as const);
    assert.deepEqual(Object.fromEntries(writing.filter(([, rights]) => rights.length > 0)), {
      "comment/comment": ["pull-requests: write"],
      "deploy/dev": ["id-token: write"],
      "deploy/prod": ["id-token: write"],
      "deploy/staging": ["id-token: write"],
      "drift/look": ["id-token: write"],
      "drift/tell": ["issues: write"],
      "environment/preview": ["id-token: write"],
      "environment/up": ["id-token: write"],
      "preview/look": ["id-token: write"],
      "pull-request/preview": ["id-token: write"],
    });
  });

  it("keep no credentials, hold no secret, and put no text of an event into a script", () => {
    const checkouts = jobs.flatMap(({ name, job }) => stepsOf(job).filter(({ uses }) => String(uses).startsWith("actions/checkout@")).map((step) => ({ name, inputs: recordOf(step["with"]) })));
    assert.deepEqual(checkouts.filter(({ inputs }) => inputs["persist-credentials"] !== false), []);
    // Another commit than that of the event is never fetched, so that a privileged job runs the default branch's code.
    assert.deepEqual(checkouts.filter(({ inputs }) => "ref" in inputs || "repository" in inputs || "allow-unsafe-pr-checkout" in inputs), []);
    assert.deepEqual(all.filter(({ text }) => /secrets\.|secrets: inherit|pull_request_target/.test(text)).map(({ file }) => file), []);
    assert.deepEqual(all.flatMap(({ content }) => textsAt(content, "run")).filter((command) => command.includes("${{")), []);
  });

  it("write only from what runs the default branch's code", () => {
    const events = (name: string) => Object.keys(recordOf(workflow(name)["on"])).sort();
    assert.deepEqual([events("comment"), events("drift"), events("deploy")], [["workflow_run"], ["schedule", "workflow_dispatch"], ["push", "workflow_dispatch"]]);
    assert.deepEqual(recordOf(recordOf(workflow("deploy")["on"])["push"])["branches"], ["main"]);
    assert.deepEqual(recordOf(recordOf(workflow("comment")["on"])["workflow_run"])["workflows"], [workflow("changes")["name"]]);
  });

  it("sign in only on a runner in the environment's network, as the identity of an environment of GitHub's", () => {
    const signedIn = jobs.filter(({ job }) => recordOf(job["permissions"])["id-token"] === "write" && "steps" in job);
    assert.deepEqual(signedIn.map(({ name, job }) => [name, job["runs-on"], job["environment"]]), [
      ["environment/up", "platform-${{ inputs.stack }}", "${{ inputs.stack }}"],
      ["preview/look", "platform-${{ inputs.stack }}", "${{ inputs.stack }}-preview"],
    ]);
    const hosted = jobs.filter(({ job }) => "steps" in job && !signedIn.some((one) => one.job === job));
    assert.deepEqual([...new Set(hosted.map(({ job }) => job["runs-on"]))], ["ubuntu-24.04"]);
    // A fork's pull request gets neither.
    assert.match(String(jobNamed("pull-request/preview")["if"]), /head\.repo\.full_name == github\.repository/);
    assert.match(fs.readFileSync(".github/actionlint.yaml", "utf8"), /platform-\*/);
  });

  it("never cut an update off, and let it be followed by a preview that shows no change", () => {
    const up = jobNamed("environment/up");
    assert.deepEqual(up["concurrency"], { group: "up-${{ inputs.stack }}", "cancel-in-progress": false });
    assert.equal(workflow("deploy")["concurrency"], undefined);
    // Five days: what a self-hosted runner is given at most.
    assert.equal(up["timeout-minutes"], 5 * 24 * 60);
    assert.deepEqual(stepsOf(up).map(({ run }) => run).filter(Boolean), ['exec npm run --silent --script-shell bash pipeline -- up "$STACK"', 'npm run --silent pipeline -- settled "$STACK"']);
    assert.deepEqual(jobs.filter(({ job }) => "steps" in job && typeof job["timeout-minutes"] !== "number").map(({ name }) => name), []);
  });

  it("comment on comparisons that ran to an end", () => {
    assert.match(String(jobNamed("comment/comment")["if"]), /contains\(fromJSON\('\["success", "failure", "timed_out"\]'\), github\.event\.workflow_run\.conclusion\)$/);
  });

  it("know every stack: deployed one after the other, and looked at every night", () => {
    const deployed = Object.entries(recordOf(workflow("deploy")["jobs"])).filter(([, job]) => "with" in recordOf(job));
    assert.deepEqual(deployed.map(([, job]) => recordOf(recordOf(job)["with"])["stack"]).sort(), stacks);
    assert.deepEqual(deployed.map(([id, job]) => `${String(recordOf(job)["needs"])} → ${id}`), ["checks → dev", "dev → staging", "staging → prod"]);
    const matrix = recordOf(recordOf(jobNamed("drift/look")["strategy"])["matrix"]);
    assert.deepEqual([...(matrix["stack"] as string[])].sort(), stacks);
  });

  it("judge a dangerous change anew when a label is put or taken away, and everything when the target is another", () => {
    const types = (name: string) => recordOf(recordOf(workflow(name)["on"])["pull_request"])["types"];
    assert.deepEqual(types("changes"), ["opened", "synchronize", "reopened", "edited", "labeled", "unlabeled"]);
    assert.deepEqual(types("pull-request"), ["opened", "synchronize", "reopened", "edited"]);
    // A job that is left out counts as passed.
    assert.equal(jobNamed("changes/changes")["if"], undefined);
    assert.deepEqual(stepsOf(jobNamed("changes/changes")).map(({ run }) => run).filter(Boolean), ["npm run --silent pipeline -- diff", "npm run --silent pipeline -- data-loss"]);
  });

  it("run the mesh's tests on what a run before built of the same, and keep of Go what must be built anew alone", () => {
    const mesh = stepsOf(jobNamed("checks/mesh"));
    assert.deepEqual(mesh.map(({ run }) => run).filter(Boolean), [meshCommand]);
    const kept = mesh.filter(({ uses }) => String(uses).startsWith("actions/cache@"));
    assert.deepEqual(kept.map((step) => [step["if"], recordOf(step["with"])["path"]]), [[undefined, "${{ runner.temp }}/mesh/azure-delivery-platform"], ["steps.tools.outputs.cache-hit != 'true'", "${{ runner.temp }}/mesh/go"]]);
    assert.deepEqual(mesh.flatMap(({ env }) => (env === undefined ? [] : [env])), [{ KEPT: "${{ runner.temp }}/mesh" }]);
    // Each pattern is one of files that are there.
    const patterns = kept.flatMap((step) => [...String(recordOf(step["with"])["key"]).matchAll(/'([^']+)'/g)].map(([, pattern = ""]) => pattern));
    assert.deepEqual(patterns.filter((pattern) => filesLike(pattern).length === 0), []);
    // No job that signs in takes what another run has kept.
    assert.deepEqual(all.filter(({ text }) => text.includes("actions/cache")).map(({ file }) => file), [".github/workflows/checks.yml"]);
  });

  it("install the Pulumi that the program is built with", () => {
    const versions = all.flatMap(({ content }) => recordsIn(content)).flatMap((record) => (record["pulumi-version"] === undefined ? [] : [record["pulumi-version"]]));
    assert.deepEqual(versions, [pulumiVersion]);
  });
});
