import { isRecord } from "../../simulator/engine/values";
import { eachOf, Policy } from "../policy";
import { types } from "../types";
import { retiredCharts } from "./retired";

const charts = [types.release, "kubernetes:helm.sh/v3:Chart", "kubernetes:helm.sh/v4:Chart"];
const release = "https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release/";
const exact = /^v?\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/;
const secretKey = /(password|passwd|(client|cookie)-?_?secret|access-?_?key|api-?_?key|token)$/i;
const passwordInAddress = /:\/\/[^/\s:@]*:[^/\s@]+@/;

/** Charts are there, are one version, and hold no secret. */
export const chartPolicies: readonly Policy[] = [
  {
    id: "chart-retired",
    group: "delivery",
    level: "error",
    title: "A chart comes from a place that still serves it.",
    fix: "Take it from where its project publishes it today.",
    source: "https://istio.io/latest/blog/2026/retirement-of-gcp/",
    check: eachOf(charts, (chart) => {
      const given = [chart.text("chart"), chart.text("repositoryOpts.repo"), chart.text("repository")].filter((address) => address !== undefined);
      const place = retiredCharts.find(({ prefix }) => given.some((address) => address.startsWith(prefix)));
      return place && `${given.join(" of ")} can't be relied on: ${place.why}.`;
    }),
  },
  {
    id: "chart-version",
    group: "delivery",
    level: "error",
    title: "A chart is named by one exact version.",
    fix: "Set version to the one that was tested.",
    source: release,
    check: eachOf(charts, (chart) => {
      const version = chart.text("version");
      if (chart.has("version") && version === undefined) return undefined;
      return version !== undefined && exact.test(version) ? undefined : version === undefined ? "The newest version is installed, whatever it is." : `${version} is not one version: what is installed changes by itself.`;
    }),
  },
  {
    id: "chart-release-name",
    group: "delivery",
    level: "error",
    title: "A release of a chart has a fixed name.",
    fix: "Set name.",
    source: release,
    check: eachOf([types.release], (chart) => (chart.lacks("name") ? "Its name, and those of the Services in it, end in random characters that others can't know." : undefined)),
  },
  {
    id: "chart-secret-value",
    group: "delivery",
    level: "error",
    title: "A chart's values hold no secret.",
    fix: "Put it into a Secret of its own and name that, mostly under existingSecret.",
    source: "https://helm.sh/docs/howto/charts_tips_and_tricks/",
    check: eachOf(charts, (chart) => {
      const marked = chart.isSecret("values") ? "values" : undefined;
      const path = marked ?? secretPath(chart.get("values"), "values");
      return path && `${path} holds a secret, which the release keeps readable in its own record.`;
    }),
  },
];

/** The path of the first value that looks like a secret. */
function secretPath(value: unknown, path: string): string | undefined {
  if (typeof value === "string") return passwordInAddress.test(value) ? path : undefined;
  const entries = Array.isArray(value) ? value.map((inner, index): [string, unknown] => [String(index), inner]) : isRecord(value) ? Object.entries(value) : [];
  for (const [key, inner] of entries) {
    const found = typeof inner === "string" && inner !== "" && secretKey.test(key) ? `${path}.${key}` : secretPath(inner, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
