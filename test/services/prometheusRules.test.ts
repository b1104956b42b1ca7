import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { podJobs } from "../../components/services/prometheusJobs";
import { alerts } from "../../components/services/prometheusRules/alerts";
import { recordings } from "../../components/services/prometheusRules/recordings";
import { Alert, Recording } from "../../components/services/prometheusRules/rule";
import { alertCases, recordingCases } from "../rules/cases";
import { knownMetrics, labelsOfPods, selectors } from "../support/promql";

const rules: readonly (Recording | Alert)[] = [...recordings, ...alerts].flatMap((group) => group.rules);
const recorded = rules.flatMap((rule) => ("record" in rule ? [rule] : []));
const raised = rules.flatMap((rule) => ("alert" in rule ? [rule] : []));

describe("the rules of Prometheus", () => {
  it("are each there once, in groups with names of their own", () => {
    const names = [...recorded.map(({ record }) => record), ...raised.map(({ alert }) => alert), ...[...recordings, ...alerts].map(({ name }) => name)];
    assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), []);
  });

  it("record series that are called `level:metric:operations`", () => {
    assert.deepEqual(recorded.map(({ record }) => record).filter((name) => !/^[a-z_]+:[a-z_]+:[a-z0-9_]+$/.test(name)), []);
  });

  it("use no metric and no label but those of which it is known where they are documented, and series recorded before them", () => {
    const before = new Set<string>();
    const unknown: string[] = [];
    for (const rule of rules) {
      const own = "record" in rule ? rule.record : rule.alert;
      for (const { name, labels } of selectors(rule.expr)) {
        const metric = knownMetrics[name];
        if (!before.has(name) && metric === undefined) unknown.push(`${own}: ${name}`);
        const allowed = [...(metric?.labels.split(" ") ?? []), ...labelsOfPods];
        unknown.push(...labels.filter((label) => !allowed.includes(label)).map((label) => `${own}: ${name}{${label}}`));
      }
      if ("record" in rule) before.add(rule.record);
    }
    assert.deepEqual(unknown, []);
  });

  it("only speak of jobs that there are", () => {
    const jobs = raised.flatMap(({ expr }) => [...expr.matchAll(/job="([^"]*)"/g)].map((match) => match[1] ?? ""));
    assert.deepEqual(jobs.filter((job) => !(job in podJobs)), []);
    assert.ok(jobs.length > 0);
  });

  it("say of each alert what it is about, how bad it is, and where it is told what to do: a section of its own", () => {
    const page = "docs/components/alerts.md";
    const sections = [...fs.readFileSync(page, "utf8").matchAll(/^## (\w+)$/gm)].map((match) => match[1] ?? "");
    assert.deepEqual(sections.sort(), raised.map(({ alert }) => alert).sort());
    for (const { alert, annotations } of raised) {
      assert.equal(annotations.runbook, `${page}#${alert.toLowerCase()}`);
      assert.ok(annotations.summary.length > 0 && annotations.summary.length < 100, alert);
      assert.match(annotations.description, /\.$/, alert);
    }
  });

  it("wait before they call anybody", () => {
    assert.deepEqual(raised.filter((rule) => !/^[1-9]\d*[mh]$/.test(rule.for)).map(({ alert }) => alert), []);
  });

  it("have stated series each: a value for what is recorded, and for each alert one case that raises it and one that doesn't", () => {
    assert.deepEqual(recordingCases.map(({ record }) => record).sort(), recorded.map(({ record }) => record).sort());
    for (const wanted of [true, false]) {
      const shown = new Set(alertCases.filter((row) => row.raised.length > 0 === wanted).map(({ alert }) => alert));
      assert.deepEqual([...shown].sort(), raised.map(({ alert }) => alert).sort(), wanted ? "raised" : "not raised");
    }
  });
});
