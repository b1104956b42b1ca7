import { Level, Levels, PolicyResource, PolicyStack, Violation } from "../policy";
import { statefulness } from "../stateful";
import { chartTypes, types } from "../types";
import { compareVersions } from "./compareVersions";

const charts: readonly string[] = chartTypes;

/** What a change makes of a program. */
export interface Change {
  readonly before: PolicyStack;
  readonly after: PolicyStack;
  /** The URNs, as they are before, of what is made anew. */
  readonly replaced: ReadonlySet<string>;
  /** What a resource of before is after: itself, or what names it as an alias; nothing where it is deleted. */
  successor(resource: PolicyResource): PolicyResource | undefined;
}

/** A rule over two states of a program. It is otherwise as a policy, and has a page as well. */
export interface ChangePolicy {
  readonly id: string;
  readonly group: "change";
  readonly level: Level | Levels;
  readonly title: string;
  readonly fix: string;
  readonly source: string;
  check(change: Change): readonly Violation[];
}

/** What resources become, where nothing deletes them. */
function eachKept(check: (before: PolicyResource, after: PolicyResource) => string | undefined): ChangePolicy["check"] {
  return ({ before, successor }) =>
    before.resources.flatMap((resource) => {
      const next = successor(resource);
      const message = next && check(resource, next);
      return next === undefined || message === undefined ? [] : [{ urn: next.urn, message }];
    });
}

export const changePolicies: readonly ChangePolicy[] = [
  {
    id: "state-deleted",
    group: "change",
    level: { dev: "warning", staging: "error", prod: "error" },
    title: "A change deletes nothing that holds state.",
    fix: "Keep it, or give it an alias where it only has another name or parent; to delete it, take its protection away in a change of its own.",
    source: "https://www.pulumi.com/docs/iac/concepts/options/aliases/",
    check: ({ before, successor }) =>
      before.resources.flatMap((resource) => {
        const state = resource.lifetime?.retainOnDelete === true ? undefined : statefulness(resource);
        return state !== undefined && successor(resource) === undefined ? [{ urn: resource.urn, message: `It is deleted, and with it go ${state.lost}.` }] : [];
      }),
  },
  {
    id: "state-replaced",
    group: "change",
    level: { dev: "warning", staging: "error", prod: "error" },
    title: "A change makes nothing anew that holds state.",
    fix: "Leave the property that forces it as it was, or move the data to a second one first.",
    source: "https://www.pulumi.com/docs/iac/concepts/how-pulumi-works/#creation-and-deletion-order",
    check: ({ before, replaced }) =>
      before.resources.flatMap((resource) => {
        const state = statefulness(resource);
        if (state === undefined || !replaced.has(resource.urn)) return [];
        const fate = resource.lifetime?.retainOnDelete === true ? "the program leaves the old one behind, and with it" : "with the old one go";
        return [{ urn: resource.urn, message: `It is made anew, and ${fate} ${state.lost}.` }];
      }),
  },
  {
    id: "state-protection-removed",
    group: "change",
    level: { dev: "info", staging: "warning", prod: "error" },
    title: "A change leaves protection where it is.",
    fix: "Keep protect: true; where the resource is really to go, except it from this policy until that is done.",
    source: "https://www.pulumi.com/docs/iac/concepts/options/protect/",
    check: eachKept((before, after) => {
      const state = statefulness(before);
      return state !== undefined && before.protect && !after.protect ? `The next change can delete it, and with it ${state.lost}.` : undefined;
    }),
  },
  {
    id: "chart-downgrade",
    group: "change",
    level: { dev: "warning", staging: "error", prod: "error" },
    title: "A change installs no older version of a chart.",
    fix: "Keep the version, or go forward to one that puts it right: charts are not tested backwards, and definitions of objects stay new.",
    source: "https://helm.sh/docs/topics/version_skew/",
    check: eachKept((before, after) => (charts.includes(before.type) && chartName(before) === chartName(after) ? older(before, after, "version") : undefined)),
  },
  {
    id: "cluster-downgrade",
    group: "change",
    level: "error",
    title: "A change asks for no older version of Kubernetes.",
    fix: "Keep kubernetesVersion: AKS refuses to go back.",
    source: "https://learn.microsoft.com/azure/aks/upgrade-aks-cluster",
    check: eachKept((before, after) => {
      if (before.type === types.cluster) return older(before, after, "kubernetesVersion");
      return before.type === types.agentPool ? older(before, after, "orchestratorVersion") : undefined;
    }),
  },
];

function older(before: PolicyResource, after: PolicyResource, path: string): string | undefined {
  const [was, is] = [before.text(path), after.text(path)];
  return was !== undefined && is !== undefined && compareVersions(is, was) < 0 ? `It goes back from ${was} to ${is}.` : undefined;
}

/** What a chart is called, without where it is from; nothing where that is not known. */
function chartName(chart: PolicyResource): string | undefined {
  return chart.text("chart")?.split("/").at(-1);
}
