/** One line, or family of lines, of a panel. */
export interface Query {
  /** In PromQL. It may name the dashboard's variables, as `$namespace`. */
  readonly expr: string;
  /** How each line is called, as `{{version}}`. */
  readonly legend: string;
}

/** How a value reads. Source: https://github.com/grafana/grafana/blob/v12.4.0/packages/grafana-data/src/valueFormats/categories.ts */
export type Unit = "reqps" | "percentunit" | "ms" | "short" | "Bps" | "s";

/** One drawing. */
export interface Panel {
  readonly title: string;
  /** What it shows that the title can't say. */
  readonly about?: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** A number that is as it should be up to here, and drawn in red above. Default: none. */
  readonly limit?: number;
}

/** What a reader chooses from: the values that a label has. */
export interface Variable {
  readonly name: string;
  /** The series and the label, as `label_values(istio_requests_total, destination_workload)`. */
  readonly from: { readonly series: string; readonly label: string };
}

/** A page of panels. */
export interface Dashboard {
  /** What its address ends with; it never changes. */
  readonly id: string;
  readonly title: string;
  readonly variables?: readonly Variable[];
  readonly panels: readonly Panel[];
}

/** The name by which panels find the data source. */
export const dataSource = { type: "prometheus", uid: "prometheus" } as const;

const [width, height, columns] = [12, 8, 2];

/**
 * A dashboard in the form that Grafana reads from a file.
 * @source https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export function dashboardJson({ id, title, variables = [], panels }: Dashboard): string {
  return JSON.stringify({
    uid: id,
    title,
    schemaVersion: 41,
    editable: false,
    tags: ["platform"],
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    templating: { list: variables.map(variableJson) },
    panels: panels.map(panelJson),
  });
}

function variableJson({ name, from }: Variable): object {
  const query = `label_values(${from.series}, ${from.label})`;
  return { name, type: "query", datasource: dataSource, query: { query, refId: name }, refresh: 2, sort: 1, includeAll: true, allValue: ".+", multi: true, current: { text: ["All"], value: ["$__all"] } };
}

function panelJson({ title, about, unit, queries, limit }: Panel, index: number): object {
  return {
    id: index + 1,
    type: "timeseries",
    title,
    ...(about !== undefined && { description: about }),
    datasource: dataSource,
    gridPos: { w: width, h: height, x: (index % columns) * width, y: Math.floor(index / columns) * height },
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        custom: { fillOpacity: 10, ...(limit !== undefined && { thresholdsStyle: { mode: "line" } }) },
        ...(limit !== undefined && { thresholds: { mode: "absolute", steps: [{ color: "green", value: null }, { color: "red", value: limit }] } }),
      },
      overrides: [],
    },
    options: { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi", sort: "desc" } },
    targets: queries.map(({ expr, legend }, place) => ({ refId: String.fromCharCode(65 + place), datasource: dataSource, expr, legendFormat: legend })),
  };
}
