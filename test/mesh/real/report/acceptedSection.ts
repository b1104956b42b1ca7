import { defaults } from "../accepted/charts";
import { known, levels } from "../accepted/known";
import { list, table, verbatim, yes } from "./markdown";
import type { AcceptedRow, ClusterRow, Found } from "./rows";

/** What the servers made of each cluster's objects, what they say and is meant, and the mistakes that were caught. */
export function acceptedSection({ clusters, accepted, mistakes }: Pick<Found, "clusters" | "accepted" | "mistakes">): string[] {
  const names = clusters.map(({ name }) => name);
  const rendered = [...new Set(clusters.flatMap((cluster) => cluster.rendered))];
  const ids = [...new Set(accepted.map(({ id }) => id))];
  const rows = ids.flatMap((id) => {
    const first = accepted.find((row) => row.id === id);
    return first === undefined ? [] : [[id, first.claims, first.what, ...names.map((name) => outcome(accepted.filter((row) => row.id === id && row.cluster === name)))]];
  });
  return [
    `All objects of these clusters' programs were applied, and with them what the charts of ${rendered.join(", ")} make. The other charts are only to be had from their registries: what the components declare of them stands in for their Services and pods, so that other objects find them, and nothing else is claimed of them.`,
    list(clusters.map(clusterText)),
    table(["id", "claim", "what was done", ...names], rows),
    "### What servers say, and is meant",
    "The API server, istiod's webhook and `istioctl` say this against objects. It is as it should be; anything else that they say fails the test, and so does a line here that none of them says any more.",
    table(["of", "what is said", "why that is meant"], known.map(({ about, says, reason }) => [about, verbatim(says), reason])),
    table(["namespace", "level of its pods", "why not `restricted`"], Object.entries(levels).map(([name, { level, reason }]) => [name, level, reason])),
    "These values are the charts' own defaults, and are said all the same:",
    table(["values", "why they are said"], [...new Set(defaults.map(({ reason }) => reason))].map((reason) => [defaultsFor(reason), reason])),
    "### Mistakes that don't pass",
    table(["checked by", "mistake", "caught", "what was said"], mistakes.map(({ claim, what, caught, answer }) => [claim, what, yes(caught), answer])),
  ];
}

function clusterText({ name, ownObjects, chartObjects, notRendered, pods, standIns }: ClusterRow): string {
  return `**${name}**: ${ownObjects} objects of the programs, ${chartObjects} of charts. Not rendered: ${notRendered.join(", ")}. Pods made of templates: ${pods.join(", ")}. Stand-ins for pods: ${standIns.join(", ")}.`;
}

function outcome(rows: readonly AcceptedRow[]): string {
  return rows.map(({ held, problems }) => (held ? yes(held) : `${yes(held)}: ${problems}`)).join("; ") || "not asked";
}

function defaultsFor(reason: string): string {
  const of = defaults.filter((entry) => entry.reason === reason);
  return of.map(({ release, path }) => `${release}: \`${path}\``).join(", ");
}
