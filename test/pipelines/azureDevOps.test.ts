import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { stepNames } from "../../pipelines/main";
import { definitionsIn, meshCommand, npmScripts, pulumiVersion, recordOf, recordsIn, stacks, textsAt } from "./definitions";

const all = definitionsIn(".azuredevops");
const named = (file: string) => recordOf(all.find((one) => one.file === `.azuredevops/${file}.yml`)?.content);

/**
 * What may stand in each part, as far as it is used here.
 *
 * @source https://learn.microsoft.com/azure/devops/pipelines/yaml-schema
 */
const keys: Readonly<Record<string, readonly string[]>> = {
  stage: ["stage", "displayName", "dependsOn", "condition", "lockBehavior", "jobs", "variables", "pool"],
  job: ["job", "displayName", "dependsOn", "condition", "strategy", "pool", "timeoutInMinutes", "cancelTimeoutInMinutes", "variables", "steps"],
  deployment: ["deployment", "displayName", "dependsOn", "condition", "environment", "strategy", "pool", "timeoutInMinutes", "cancelTimeoutInMinutes", "variables"],
  checkout: ["checkout", "fetchDepth", "persistCredentials", "displayName"],
  script: ["script", "displayName", "condition", "env", "continueOnError", "workingDirectory"],
  task: ["task", "displayName", "condition", "inputs", "env", "continueOnError"],
  publish: ["publish", "artifact", "displayName", "condition"],
  template: ["template", "parameters"],
};

/** The parts of a pipeline of one kind, with the file that has them. */
const parts = (kind: string) => all.flatMap(({ file, content }) => recordsIn(content).filter((record) => kind in record && !(kind === "script" && isMatrixLeg(record))).map((part) => ({ file, part })));

/** In a matrix, `script` is a variable. */
const isMatrixLeg = (record: Readonly<Record<string, unknown>>): boolean => Object.keys(record).length === 1 && npmScripts.includes(String(record["script"]));

describe("the pipelines of Azure DevOps", () => {
  it("are made of what the schema knows", () => {
    const unknown = Object.entries(keys).flatMap(([kind, known]) => parts(kind).flatMap(({ file, part }) => Object.keys(part).filter((key) => !known.includes(key)).map((key) => `${file}: ${key} beside ${kind}`)));
    assert.deepEqual(unknown, []);
    assert.deepEqual(all.flatMap(({ file, content }) => Object.keys(content).filter((key) => !["trigger", "pr", "schedules", "parameters", "stages", "jobs", "steps"].includes(key)).map((key) => `${file}: ${key}`)), []);
  });

  it("give each template that is there exactly the parameters that it declares", () => {
    const wrong = parts("template").flatMap(({ file, part }) => {
      const target = path.join(path.dirname(file), String(part["template"]));
      if (!fs.existsSync(target)) return [`${file}: there is no ${target}`];
      const declared = recordsIn(all.find((one) => one.file === target)?.content["parameters"]);
      const given = Object.keys(recordOf(part["parameters"] ?? {}));
      const names = declared.map(({ name }) => String(name));
      const needed = declared.filter((parameter) => !("default" in parameter)).map(({ name }) => String(name));
      return [...given.filter((name) => !names.includes(name)), ...needed.filter((name) => !given.includes(name))].map((name) => `${file}: ${name} of ${target}`);
    });
    assert.deepEqual(wrong, []);
    // An expression names only what its file declares.
    const undeclared = all.flatMap(({ file, text, content }) => {
      const declared = recordsIn(content["parameters"]).map(({ name }) => String(name));
      return [...text.matchAll(/parameters\.(\w+)/g)].map(([, name = ""]) => name).filter((name) => !declared.includes(name)).map((name) => `${file}: ${name}`);
    });
    assert.deepEqual(undeclared, []);
  });

  it("run npm scripts that there are", () => {
    const known = /^npm (ci --ignore-scripts|run --silent (?:\$\(script\)|pipeline -- .+))$/;
    const scripts = parts("script").map(({ part }) => String(part["script"]).trim());
    assert.deepEqual(scripts.filter((script) => !known.test(script) && script !== meshCommand).map((script) => script.split(" ")[0]), ["curl"]);
    const steps = [...scripts.flatMap((script) => /pipeline -- (\S+)/.exec(script)?.[1] ?? []), ...all.flatMap(({ content }) => textsAt(content, "step"))].filter((step) => !step.startsWith("${{"));
    assert.deepEqual(steps.filter((step) => ![...stepNames.withoutCloud, ...stepNames.inCloud].includes(step)), []);
    assert.deepEqual([...stepNames.withoutCloud, ...stepNames.inCloud].filter((step) => !steps.includes(step)), []);
  });

  it("check the same as GitHub's workflows", () => {
    const text = fs.readFileSync(".github/workflows/checks.yml", "utf8");
    const there = (/script: \[(.*)\]/.exec(text)?.[1] ?? "").split(", ").map((script) => JSON.parse(script) as string);
    assert.deepEqual(textsAt(named("templates/checks"), "script").filter((script) => npmScripts.includes(script)), there);
    const mesh = recordsIn(named("templates/checks")).find(({ job }) => job === "mesh");
    assert.ok(textsAt(mesh, "script").includes(meshCommand));
    const kept = recordsIn(mesh).filter(({ task }) => task === "Cache@2").map(({ inputs }) => recordOf(inputs));
    assert.deepEqual(kept.map(({ path: place }) => place), ["$(Pipeline.Workspace)/mesh/azure-delivery-platform", "$(Pipeline.Workspace)/mesh/go"]);
    // The same files as there.
    const patterns = (key: unknown) => [...String(key).matchAll(/test\/[^',\s]+/g)].map(([pattern]) => pattern);
    assert.deepEqual(kept.flatMap(({ key }) => patterns(key)), [...text.matchAll(/ key: (.*)/g)].flatMap(([, key]) => patterns(key)));
  });

  it("keep no credentials, and give the token of a run only to the steps that call with it", () => {
    assert.deepEqual(parts("checkout").filter(({ part }) => part["persistCredentials"] !== false), []);
    const jobs = [...parts("job"), ...parts("deployment")];
    assert.equal(jobs.length, parts("checkout").length);
    const holders = all.flatMap(({ content }) => recordsIn(content)).filter(({ env }) => env !== undefined && "SYSTEM_ACCESSTOKEN" in recordOf(env));
    assert.deepEqual(holders.map((step) => String(step["script"] ?? step["task"]).split(" ").slice(0, 6).at(-1)), ["drift-tickets", "data-loss", "comment", "AzureCLI@2"]);
  });

  it("sign in only on an agent in the environment's network, and not for a fork", () => {
    const pools = [...parts("job"), ...parts("deployment")].filter(({ part }) => textsAt(part, "template").some((template) => template.endsWith("pipeline.yml"))).map(({ part }) => part["pool"]);
    assert.deepEqual(pools, ["platform-${{ parameters.stack }}", "platform-${{ parameters.stack }}"]);
    const preview = recordsIn(named("pull-request")).find(({ stage }) => stage === "preview");
    assert.match(String(preview?.["condition"]), /System\.PullRequest\.IsFork'\], 'True'/);
  });

  it("update one at a time, after an approval, and look afterwards", () => {
    const template = named("templates/environment");
    const up = recordsIn(template).find(({ lockBehavior }) => lockBehavior !== undefined);
    assert.equal(up?.["lockBehavior"], "sequential");
    assert.deepEqual(textsAt(up, "environment"), ["platform-${{ parameters.stack }}"]);
    assert.deepEqual(textsAt(up, "step"), ["up", "settled"]);
  });

  it("know every stack: deployed one after the other, and looked at every night", () => {
    const deployed = recordsIn(named("deploy")).filter(({ after }) => after !== undefined);
    assert.deepEqual(deployed.map(({ after, stack }) => `${String(after)} → ${String(stack)}`), ["checks → dev", "up_dev → staging", "up_staging → prod"]);
    assert.deepEqual(textsAt(named("drift"), "stack").sort(), stacks);
  });

  it("install the Pulumi that the program is built with, and the same kubelogin as GitHub's", () => {
    const { text } = all.find(({ file }) => file.endsWith("program.yml")) ?? { text: "" };
    assert.equal(/--version (\S+)/.exec(text)?.[1], pulumiVersion);
    assert.deepEqual(textsAt(named("templates/program"), "kubeloginVersion"), definitionsIn(".github/actions").flatMap(({ content }) => textsAt(content, "kubelogin-version")));
  });
});
