import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { PrometheusValues } from "../../components/services/prometheusChart";
import { certificatesPath } from "../../components/services/prometheusJobs";
import { environmentPlan } from "../support/plans";
import { inputs, the } from "../support/record";
import { alertCases, recordingCases } from "./cases";
import { nearMisses } from "./nearMisses";
import { promtool } from "./promtool";

/*
 * What the program gives Prometheus, checked by Prometheus' own tool: the values of its release in the plan of dev, laid out as the chart
 * does it. https://github.com/prometheus-community/helm-charts/blob/main/charts/prometheus/templates/cm.yaml
 */

const files = ["recording_rules.yml", "alerting_rules.yml"] as const;

describe("Prometheus' own tool", () => {
  let folder: string;
  let values: PrometheusValues;

  const write = (name: string, content: unknown): string => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, stringify(content));
    return file;
  };

  function run(...args: string[]): void {
    const { status, stdout, stderr } = spawnSync(promtool, args, { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, `promtool ${args.join(" ")}\n${stdout}${stderr}`);
  }

  /** Runs one case, with all rules there are: those of alerts use those that are recorded. */
  function prove(name: string, series: Readonly<Record<string, string>>, expected: object): void {
    const groups = files.flatMap((file) => values.serverFiles[file].groups.map((group) => group.name));
    const test = { interval: "1m", name, input_series: Object.entries(series).map(([called, given]) => ({ series: called, values: given })), ...expected };
    run("test", "rules", write("case.yml", { rule_files: files, evaluation_interval: "1m", group_eval_order: groups, tests: [test] }));
  }

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "rules-"));
    values = inputs(the(await environmentPlan("dev", "up"), "kubernetes:helm.sh/v3:Release", "prometheus-server"))["values"] as PrometheusValues;
    for (const file of files) write(file, values.serverFiles[file]);
  });

  after(() => fs.rmSync(folder, { recursive: true }));

  it("takes the configuration, with the certificates where the proxy writes them", () => {
    const jobs = Object.entries(values.scrapeConfigs).filter(([, job]) => !("enabled" in job));
    const config = { global: values.server.global, rule_files: files, scrape_configs: jobs.map(([job_name, job]) => ({ job_name, ...job })) };
    // The tool looks whether the files of certificates are there.
    const here = path.join(folder, "certificates");
    fs.mkdirSync(here);
    for (const file of ["root-cert.pem", "cert-chain.pem", "key.pem"]) fs.writeFileSync(path.join(here, file), "");
    run("check", "config", write("prometheus.yml", JSON.parse(JSON.stringify(config).replaceAll(certificatesPath, here))));
  });

  it("takes the rules, and finds nothing to mend", () => run("check", "rules", "--lint=all", "--lint-fatal", ...files));

  describe("works out", () => {
    for (const { record, series, gives } of recordingCases) {
      it(record, () => prove(record, series, { promql_expr_test: [{ expr: record, eval_time: "30m", exp_samples: gives.map(({ labels, value }) => ({ labels: `${record}${labels}`, value })) }] }));
    }
  });

  describe("finds that", () => {
    for (const { alert, title, at = 40, series, raised } of [...alertCases, ...nearMisses]) {
      it(`${alert} ${title}`, () => {
        const rule = values.serverFiles["alerting_rules.yml"].groups.flatMap(({ rules }) => rules).find((made) => "alert" in made && made.alert === alert);
        assert.ok(rule !== undefined && "alert" in rule, alert);
        const exp_alerts = raised.map(({ labels, summary, description }) => ({
          exp_labels: { ...labels, ...rule.labels },
          exp_annotations: { summary, description, runbook: rule.annotations.runbook },
        }));
        prove(alert, series, { alert_rule_test: [{ eval_time: `${at}m`, alertname: alert, exp_alerts }] });
      });
    }
  });
});
