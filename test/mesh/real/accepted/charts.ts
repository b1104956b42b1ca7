import { render, renderText, Values } from "../lab/istio";
import type { KubeObject } from "../lab/kube";
import type { Lab } from "../lab/lab";
import type { Place } from "../lab/place";
import { chartReleases } from "../tools/charts";
import { Planned, PlannedRelease, releaseOf } from "../claims/planned";
import { injected } from "./injected";
import { Default, Rendered, Views } from "./values";

/** The releases whose charts can be had, by name. */
export function renderable(platform: Planned): [string, PlannedRelease][] {
  return chartReleases.map((name) => [name, releaseOf(platform, name)]);
}

/** The names of the releases whose charts can't be had. */
export function unrenderable({ releases }: Planned): string[] {
  return Object.keys(releases).filter((name) => !chartReleases.includes(name));
}

/** How a chart's values are looked at: in what Helm renders, which it refuses where a chart's schema does, and in what istiod's injector makes of it. */
export function viewsOf(lab: Lab, platform: Planned): Views {
  const text: Rendered = (release, values) => renderText(lab.control, release, releaseOf(platform, release).namespace, values);
  return [async (release, values) => withoutValues(await text(release, values)), async (release, values) => (release === "istiod" ? injected(lab, await text(release, values)) : "")];
}

/** Without the copies of its values that istiod's chart makes: for people in an object of their own, and for the injector. */
function withoutValues(text: string): string {
  const documents = text.split("\n---\n").filter((document) => !document.includes("# Source: istiod/templates/configmap-values.yaml"));
  return documents.map((document) => (document.includes("# Source: istiod/templates/istiod-injector-configmap.yaml") ? document.replace(/^ {2}values: \|-\n(?: {4}.*\n|\n)+/m, "") : document)).join("\n---\n");
}

/** What a release's chart makes of the program's values. */
export async function made(place: Place, platform: Planned, release: string, values: Values): Promise<readonly KubeObject[]> {
  const { namespace } = releaseOf(platform, release);
  const objects = await render(place, release, namespace, values);
  // Helm gives an object without a namespace the release's own; the API server says which kinds have none.
  return objects.map((object) => ({ ...object, metadata: { namespace, ...object.metadata } }));
}

const image = (of: string): Default => ({
  release: "cert-manager",
  path: [...(of === "" ? [] : [of]), "image", "repository"].join("."),
  reason: "where no registry is given that keeps copies, images come from their makers: said beside the tag, so that both change together",
  other: "registry.example/image",
});

const tolerations = (of: string): Default => ({
  release: "cert-manager",
  path: [...(of === "" ? [] : [of]), "tolerations"].join("."),
  reason: "a placement says both where pods may run and what they bear, and the pool for users' pods bears nothing",
  other: [{ operator: "Exists" }],
});

/** What the program says although the chart would do it of itself. */
export const defaults: readonly Default[] = [
  { release: "istio-ingress", path: "autoscaling.maxReplicas", reason: "the least number is another than the chart's, and one without the other says little", other: 7 },
  { release: "istiod", path: "meshConfig.enablePrometheusMerge", reason: "the metrics' jobs rest on it, and its makers may think otherwise one day", other: false },
  { release: "cert-manager", path: "crds.keep", reason: "without it, removing the release would remove every certificate: that is not left to a default", other: false },
  { release: "cert-manager", path: "prometheus.enabled", reason: "the platform's alerts rest on these metrics", other: false },
  { release: "cert-manager", path: "startupapicheck.enabled", reason: "issuers come after the release, which waits for this check alone", other: false },
  ...["", "webhook", "cainjector", "acmesolver", "startupapicheck"].map(image),
  ...["", "webhook", "cainjector", "startupapicheck"].map(tolerations),
];
