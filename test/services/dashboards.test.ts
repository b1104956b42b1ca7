import * as assert from "node:assert/strict";
import { dashboards } from "../../components/services/dashboards";
import { Dashboard, dashboardJson } from "../../components/services/dashboards/dashboard";
import { alerts } from "../../components/services/prometheusRules/alerts";
import { recordings } from "../../components/services/prometheusRules/recordings";
import { groupingLabels, knownMetrics, labelsOfPods, Metric, selectors } from "../support/promql";

/** The recorded series, with the labels that each has: those of its name's level. */
const levels: Readonly<Record<string, string>> = { namespace_app_version: "namespace app version", destination_service: "destination_service_namespace destination_service_name" };
const recorded = Object.fromEntries(
  recordings.flatMap(({ rules }) => rules.flatMap((rule) => ("record" in rule ? [[rule.record, { labels: levels[rule.record.split(":")[0] ?? ""] ?? "", source: "components/services/prometheusRules" } satisfies Metric]] : []))),
);

/** A query with something in the place of the dashboard's variables. */
const filled = ({ variables = [] }: Dashboard, expr: string): string => variables.reduce((text, { name }) => text.replaceAll(`$${name}`, ".+"), expr);

/** Every query of a dashboard, those of its variables included. */
function queriesOf(dashboard: Dashboard): { where: string; expr: string; legend: string }[] {
  const ofPanels = dashboard.panels.flatMap(({ title, queries }) => queries.map(({ expr, legend }) => ({ where: `${dashboard.title}: ${title}`, expr: filled(dashboard, expr), legend })));
  const ofVariables = (dashboard.variables ?? []).map(({ name, from }) => ({ where: `${dashboard.title}: $${name}`, expr: filled(dashboard, from.series), legend: `{{${from.label}}}` }));
  return [...ofPanels, ...ofVariables];
}

const queries = dashboards.flatMap(queriesOf);

describe("the dashboards", () => {
  it("ask in PromQL, for metrics and by labels of which it is known where they are documented, and for recorded series", () => {
    const unknown = queries.flatMap(({ where, expr }) =>
      selectors(expr).flatMap(({ name, labels }) => {
        const metric = recorded[name] ?? knownMetrics[name];
        if (metric === undefined) return [`${where}: ${name}`];
        const allowed = [...metric.labels.split(" "), ...labelsOfPods];
        return labels.filter((label) => !allowed.includes(label)).map((label) => `${where}: ${name}{${label}}`);
      }),
    );
    assert.deepEqual(unknown, []);
    assert.ok(queries.length > 25);
  });

  it("say what is not PromQL, and which metric nobody knows", () => {
    assert.throws(() => selectors("sum(rate(up[5m])"), /not PromQL/);
    assert.deepEqual(selectors('sum(rate(nothing{at="all"}[5m]))'), [{ name: "nothing", labels: ["at"] }]);
  });

  it("say, with the rules, which of both proxies' counts they mean: each request is in both", () => {
    const rules = [...recordings, ...alerts].flatMap((group) => group.rules).map((rule) => ({ where: "record" in rule ? rule.record : rule.alert, expr: rule.expr }));
    const twice = [...queries, ...rules].flatMap(({ where, expr }) =>
      selectors(expr).filter(({ name, labels }) => knownMetrics[name]?.labels.split(" ").includes("reporter") && !labels.includes("reporter")).map(({ name }) => `${where}: ${name}`),
    );
    assert.deepEqual(twice, []);
  });

  it("call each line by labels that it has", () => {
    const wrong = queries.flatMap(({ where, expr, legend }) => {
      const series = selectors(expr).flatMap(({ name }) => recorded[name]?.labels.split(" ") ?? []);
      // What is not added up keeps the labels of its metric.
      const kept = groupingLabels(expr).length === 0 ? selectors(expr).flatMap(({ name }) => knownMetrics[name]?.labels.split(" ") ?? []) : [];
      const there = [...series, ...groupingLabels(expr), ...kept];
      return [...legend.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? "").filter((label) => !there.includes(label)).map((label) => `${where}: {{${label}}}`);
    });
    assert.deepEqual(wrong, []);
  });

  it("use, with the rules, every metric that is known", () => {
    const rules = [...recordings, ...alerts].flatMap((group) => group.rules).map(({ expr }) => expr);
    const used = new Set([...rules, ...queries.map(({ expr }) => expr)].flatMap((expr) => selectors(expr).map(({ name }) => name)));
    assert.deepEqual(Object.keys(knownMetrics).filter((name) => !used.has(name)), []);
    assert.deepEqual(Object.keys(recorded).filter((name) => !queries.some(({ expr }) => expr.includes(name)) && !/errors:rate5m$/.test(name)), []);
  });

  it("use no variable that a reader can't choose", () => {
    for (const { title, variables = [], panels } of dashboards) {
      const used = panels.flatMap((panel) => panel.queries).flatMap(({ expr }) => [...expr.matchAll(/\$(\w+)/g)].map((match) => match[1] ?? ""));
      assert.deepEqual([...new Set(used)].sort(), variables.map(({ name }) => name).sort(), title);
    }
  });

  it("have an address and a title of their own each", () => {
    for (const values of [dashboards.map(({ id }) => id), dashboards.map(({ title }) => title)]) assert.equal(new Set(values).size, values.length);
    assert.deepEqual(dashboards.filter(({ id }) => !/^[a-z-]{1,40}$/.test(id)), []);
  });

  it("are files that Grafana reads: each panel has its place, and each query its source", () => {
    const example: Dashboard = {
      id: "example",
      title: "Example",
      variables: [{ name: "namespace", from: { series: "up", label: "namespace" } }],
      panels: [
        { title: "One", unit: "reqps", queries: [{ expr: "up", legend: "{{job}}" }] },
        { title: "Two", about: "What it is.", unit: "percentunit", limit: 0.05, queries: [{ expr: "up", legend: "a" }, { expr: "up", legend: "b" }] },
        { title: "Three", unit: "short", queries: [] },
      ],
    };
    const { panels, templating, ...page } = JSON.parse(dashboardJson(example)) as { panels: Record<string, unknown>[]; templating: { list: Record<string, unknown>[] } };
    const datasource = { type: "prometheus", uid: "prometheus" };
    assert.deepEqual(page, { uid: "example", title: "Example", schemaVersion: 41, editable: false, tags: ["platform"], refresh: "30s", time: { from: "now-1h", to: "now" } });
    assert.deepEqual(panels.map(({ id, gridPos }) => [id, gridPos]), [[1, { w: 12, h: 8, x: 0, y: 0 }], [2, { w: 12, h: 8, x: 12, y: 0 }], [3, { w: 12, h: 8, x: 0, y: 8 }]]);
    assert.deepEqual(panels[1]?.["targets"], [
      { refId: "A", datasource, expr: "up", legendFormat: "a" },
      { refId: "B", datasource, expr: "up", legendFormat: "b" },
    ]);
    const { defaults } = panels[1]?.["fieldConfig"] as { defaults: { thresholds: unknown } };
    assert.deepEqual(defaults.thresholds, { mode: "absolute", steps: [{ color: "green", value: null }, { color: "red", value: 0.05 }] });
    // "All" stands for any value but none: a regular expression that also fits what lacks the label would draw the platform's own charts.
    assert.deepEqual(templating.list, [
      { name: "namespace", type: "query", datasource, query: { query: "label_values(up, namespace)", refId: "namespace" }, refresh: 2, sort: 1, includeAll: true, allValue: ".+", multi: true, current: { text: ["All"], value: ["$__all"] } },
    ]);
  });
});
