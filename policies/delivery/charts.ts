import { first } from "../../simulator/rules/rule";
import { eachOf, Policy } from "../policy";
import { chartTypes as charts, types } from "../types";
import { retiredCharts } from "./retired";
import { secretPath } from "./secretPath";

const release = "https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release/";
const exact = /^v?\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/;
/** A chart in a folder or a file, which is what it is. */
const local = /^\.{0,2}\/|\.tgz$/;

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
      return first(["chart", "repositoryOpts.repo", "repository"], (path) => {
        // Who signs in to it makes no other place of it, and is nobody's business: what is said of it is where it is named, and our own word for it.
        const address = chart.text(path)?.replace(/^(\w+:\/\/)[^/@]*@/, "$1");
        const place = retiredCharts.find(({ prefix }) => address?.startsWith(prefix));
        return place && `${path} is at ${place.prefix}, which can't be relied on: ${place.why}.`;
      });
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
      if ((chart.has("version") && version === undefined) || local.test(chart.text("chart") ?? "")) return undefined;
      return version !== undefined && exact.test(version) ? undefined : version === undefined ? "The newest version is installed, whatever it is." : "version is a range: what is installed changes by itself.";
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
