import { stringify } from "yaml";
import { Plan, planToJson, RecordedResource } from "../simulator/engine/plan";
import { isRecord, Properties, ResourceReference, Secret, UNKNOWN } from "../simulator/engine/values";
import { Redact } from "./redact";

/** The files that a plan is written to: paths below the folder, with `/`, to their text. */
export type OutFiles = ReadonlyMap<string, string>;

/** What stands in every file where a secret would. */
export const placeholder = "secret-placeholder";

/** All files of a plan but the picture. */
export function filesOf(plan: Plan, redact: Redact): OutFiles {
  const files = new Map([["plan.json", jsonText(plan, redact)]]);
  const objects = plan.resources.filter(isKubernetesObject);
  const azure = plan.resources.filter(({ custom, type }) => custom && /^azure(-native|ad):/.test(type));
  numbered(objects, (object) => `${kindOf(object)}-${objectName(object)}`).forEach(([file, object]) => files.set(`kubernetes/${file}`, yaml(manifestOf(object))));
  numbered(azure, (resource) => `${resource.type.split(":").at(-1)}-${resource.name}`).forEach(([file, resource]) => files.set(`azure/${file}`, yaml(visible(resource.inputs))));
  const releases = plan.resources.filter(({ type }) => type === releaseType);
  for (const release of releases) {
    const { name, namespace } = release.inputs;
    const twice = releases.some((other) => other !== release && other.inputs["name"] === name);
    const file = [...(twice ? [namespace] : []), typeof name === "string" ? name : release.name].map((part) => safe(String(part))).join("-");
    files.set(`helm/${file}.yaml`, yaml(releaseOf(release)));
  }
  return files;
}

/** The one JSON object of `--json` and of `plan.json`. */
export function jsonText(plan: Plan, redact: Redact): string {
  const findings = plan.findings.map((finding) => ({ ...finding, message: redact(finding.message) }));
  return `${JSON.stringify(planToJson({ ...plan, findings }), undefined, 2)}\n`;
}

const releaseType = "kubernetes:helm.sh/v3:Release";

/** True for what is applied to a cluster as it is, and not by a chart or another bundle. */
function isKubernetesObject({ custom, type, inputs }: RecordedResource): boolean {
  return custom && type.startsWith("kubernetes:") && type !== releaseType && "apiVersion" in inputs && "kind" in inputs;
}

function kindOf({ inputs }: RecordedResource): string {
  return String(inputs["kind"]);
}

/** The name inside the cluster: the program's, else the one that was assigned, else that of the resource. */
function objectName(resource: RecordedResource): string {
  const names = [resource.inputs, resource.outputs].map(({ metadata }) => (isRecord(metadata) ? metadata["name"] : undefined));
  return names.find((name) => typeof name === "string") ?? resource.name;
}

function manifestOf(resource: RecordedResource): Properties {
  const { apiVersion, kind, metadata, ...rest } = resource.inputs;
  const named = { name: objectName(resource), ...(isRecord(metadata) ? metadata : {}) };
  const body = Object.entries(rest).map(([key, value]) => [key, visible(value, kind === "Secret" ? standInSecret(key) : undefined)]);
  return { apiVersion, kind, metadata: visible(named), ...Object.fromEntries(body) };
}

/** The text that takes a secret's place, by the key that it stands under. */
type StandIn = (key: string) => string;

/**
 * The stand-ins inside a Secret object: base64 under `data`, and JSON where the API server refuses anything else.
 * @source https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
 */
function standInSecret(field: string): StandIn {
  const text: StandIn = (key) => (key === ".dockerconfigjson" || key === ".dockercfg" ? "{}" : placeholder);
  return field === "data" ? (key) => Buffer.from(text(key)).toString("base64") : text;
}

function releaseOf({ inputs }: RecordedResource): Properties {
  const { chart, repositoryOpts, version, namespace, values = {} } = inputs;
  const repo = isRecord(repositoryOpts) ? repositoryOpts["repo"] : undefined;
  return visible({ chart, ...(repo !== undefined && { repo }), version, namespace, values }) as Properties;
}

/** A value for a reader. What takes the place of a secret has its form, so that the whole keeps its shape. */
function visible(value: unknown, standIn: StandIn = () => placeholder, hidden = false, key = ""): unknown {
  if (value instanceof Secret) return visible(value.value, standIn, true, key);
  if (Array.isArray(value)) return value.map((inner) => visible(inner, standIn, hidden, key));
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, visible(inner, standIn, hidden, name)]));
  if (hidden) return typeof value === "number" ? 0 : typeof value === "boolean" ? false : standIn(key);
  if (value === UNKNOWN) return "[unknown]";
  return value instanceof ResourceReference ? value.urn : value;
}

/** Files in the order of registration: `007-Service-istio-ingress.yaml`. */
function numbered(resources: readonly RecordedResource[], nameOf: (resource: RecordedResource) => string): [string, RecordedResource][] {
  return resources.map((resource, index) => [`${String(index + 1).padStart(3, "0")}-${safe(nameOf(resource))}.yaml`, resource]);
}

/** A part of a file's name that is one on every system. */
function safe(part: string): string {
  return part.replace(/[^\w.-]/g, "-").slice(0, 150);
}

/** Text that readers of YAML 1.1, as kubectl, take for the same values: "on" and "0777" stay text. */
function yaml(value: unknown): string {
  return stringify(value, { compat: "yaml-1.1", aliasDuplicateObjects: false, lineWidth: 0 });
}
