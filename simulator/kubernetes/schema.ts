import { createRequire } from "node:module";
import * as path from "node:path";
import { kindOf } from "../answers/kubernetes";
import { holdsUnknown, isRecord, UNKNOWN } from "../engine/values";
import { Resource } from "../resource";
import { Rule } from "../rules/rule";

/** What a published validator says of a value that does not fit. */
interface Violation {
  /** Where, as `/spec/template/spec/containers/0`. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

interface Validator {
  (value: unknown): boolean;
  errors?: readonly Violation[] | null;
}

const load = createRequire(__filename);
// The packages publish one validator for each kind, as a module that is loaded when the kind first occurs. They are read by their files,
// from inside node_modules, where Node loads an ES module without a word about it.
const folders = ["kubernetes-models", "@kubernetes-models/istio", "@kubernetes-models/cert-manager"].map((name) => path.join(path.dirname(load.resolve(`${name}/package.json`)), "_schemas"));
const loadModule = createRequire(path.join(folders[0] ?? "", "index.js"));
const validators = new Map<string, Validator | undefined>();

/** Keywords that judge a value by its parts: they say nothing while a part is unknown. */
const judgesParts = new Set(["oneOf", "anyOf", "allOf", "not", "if"]);

/** Groups whose modules are named after the place of the kind's source. */
const sourceNames: Readonly<Record<string, string>> = { "cert-manager.io": "ComGithubCertManagerCertManagerPkgApisCertmanager" };

/** The name of the module that checks a kind: the group's first word between two fixed parts, or the whole group for a custom resource. */
function moduleNames(apiVersion: string, kind: string): string[] {
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["core", apiVersion];
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const [first = ""] = group.split(".");
  const custom = sourceNames[group] ?? group.split(".").map(capital).join("");
  return [
    `IoK8sApi${capital(first)}${capital(version)}${kind}`,
    `IoK8sApiextensionsApiserverPkgApisApiextensions${capital(version)}${kind}`,
    `${custom}${capital(version)}${kind}`,
  ];
}

function validatorFor(apiVersion: string, kind: string): Validator | undefined {
  const key = `${apiVersion}/${kind}`;
  if (!validators.has(key)) validators.set(key, find(moduleNames(apiVersion, kind)));
  return validators.get(key);
}

function find(names: readonly string[]): Validator | undefined {
  for (const file of names.flatMap((name) => folders.map((folder) => path.join(folder, `${name}.js`)))) {
    try {
      return (loadModule(file) as { validate: Validator }).validate;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  return undefined;
}

/** The value that a violation speaks of; `UNKNOWN` where it, or something on the way to it, is not known. */
function valueAt(value: unknown, instancePath: string): unknown {
  let found = value;
  for (const key of instancePath.split("/").slice(1).map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~"))) {
    if (found === UNKNOWN) return UNKNOWN;
    if (Array.isArray(found)) found = found[Number(key)];
    else if (isRecord(found)) found = found[key];
    else return undefined;
  }
  return found;
}

function describe({ instancePath, keyword, params }: Violation): string {
  const where = instancePath.slice(1).replace(/\/(\d+)/g, "[$1]").replace(/\//g, ".") || "the object";
  switch (keyword) {
    case "required":
      return `${where}.${String(params["missingProperty"])}: Required value`.replace("the object.", "");
    case "enum":
      return `${where}: Unsupported value: supported values: ${(params["allowedValues"] as readonly unknown[]).map((value) => JSON.stringify(value)).join(", ")}`;
    case "type":
      return `${where}: Invalid value: must be of type ${String(params["type"])}`;
    default:
      return `${where}: Invalid value: ${keyword} ${JSON.stringify(params)}`;
  }
}

/** What a kind's published schema finds wrong with an object; nothing when all is well. */
function violations(object: unknown, validate: Validator): string[] {
  if (validate(object)) return [];
  return (validate.errors ?? [])
    .filter(({ instancePath, keyword }) => {
      const value = valueAt(object, instancePath);
      return judgesParts.has(keyword) ? !holdsUnknown(value) : value !== UNKNOWN;
    })
    .map(describe);
}

/** The object as the API server gets it: the type is known from the resource. */
function objectOf(resource: Resource): unknown {
  const { apiVersion, kind } = kindOf(resource.type);
  return { ...resource.properties, apiVersion, kind };
}

/**
 * Every object against the published schema of its kind: required fields, types, allowed values. Unknown fields are not found by it;
 * the types of the SDK and of the schemas' package stop those at compile time.
 */
export const schema: Rule = {
  id: "kubernetes-schema",
  types: ["kubernetes:*"],
  source: "https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation",
  check(resource) {
    const { apiVersion, kind } = kindOf(resource.type);
    if (apiVersion === "helm.sh/v3") return undefined;
    const validate = validatorFor(apiVersion, kind);
    if (validate === undefined) throw new Error(`The embedded cloud has no schema for ${apiVersion} ${kind}. In this project, add the package that publishes one to simulator/kubernetes/schema.ts; preview a program of another project with "pulumi preview".`);
    const found = violations(objectOf(resource), validate);
    return found.length === 0 ? undefined : `${kind}.${apiVersion} "${resource.name}" is invalid: ${[...new Set(found)].join("; ")}`;
  },
};
