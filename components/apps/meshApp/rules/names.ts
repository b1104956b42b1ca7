import { ArgumentRule } from "../../../shared/argumentRule";
import { claimedNames, nameClaimant } from "../claims";
import { labelProblems, namespaceProblems } from "../../pod/names";
import { MeshAppSettings } from "../settings";

const labels = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names";

/** Rules about what things are called. */
export const nameRules: readonly ArgumentRule<MeshAppSettings>[] = [
  {
    id: "component-name",
    source: "the platform's own: the objects about access are called as the component, so that two of a namespace stay apart",
    check: ({ name, app: { app } }) => (name === app ? [] : labelProblems("name", name)),
  },
  { id: "app-name", source: labels, check: ({ app: { app } }) => labelProblems("app", app) },
  {
    id: "app-namespace",
    source: "the platform's own: a namespace is made by one program, and is in the mesh or not",
    check: ({ namespace, app, platform }) => (namespace === undefined ? namespaceProblems("app", app.namespace, platform) : []),
  },
  {
    id: "versions-none",
    source: "the platform's own: an app without pods answers nobody",
    check: ({ versions }) => (Object.keys(versions).length === 0 ? [{ path: "versions", message: "is empty", allowed: "one version at least", fix: 'Add one: versions: { v1: { image: "…" } }' }] : []),
  },
  {
    id: "version-name",
    source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set",
    check: ({ versions }) =>
      Object.keys(versions)
        .filter((version) => !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(version))
        .map((version) => ({ path: `versions[${JSON.stringify(version)}]`, message: "is not the name of a version", allowed: "lower-case letters, digits and hyphens between them, as v1" })),
  },
  {
    id: "name-of-other-app",
    source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
    check: (settings) => {
      const taken = claimedNames(settings).flatMap((name) => {
        const other = nameClaimant(settings, name);
        return other === undefined ? [] : [`${name} of ${other}`];
      });
      return taken.length === 0 ? [] : [{ path: "app", message: "makes objects of names that another app of the namespace has", given: taken.join(", "), allowed: "an app and versions whose names, with a hyphen between, are no other's", fix: "Give the app or the version another name." }];
    },
  },
  {
    id: "version-name-length",
    source: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/",
    check: ({ app: { app }, versions }) =>
      Object.keys(versions)
        .filter((version) => app.length + 1 + version.length > 63)
        .map((version) => ({ path: `versions[${JSON.stringify(version)}]`, message: "makes the name of its Deployment too long", given: `${app}-${version}`, allowed: "63 characters in all", fix: "Shorten the app's name or the version's." })),
  },
];
