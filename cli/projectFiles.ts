import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { isRecord } from "../simulator/engine/values";
import { CliError } from "./cliError";

/** What `Pulumi.yaml` says of a program. */
export interface Project {
  readonly name: string;
  /** The folder of Pulumi.yaml, as an absolute path. */
  readonly directory: string;
  /** The entry point, a file or a folder; `.` leaves it to the package. */
  readonly main: string;
  /** False where the runtime's options say that the program is to be run as it is. */
  readonly typescript: boolean;
  /** The `config` block: values, or declarations with a default. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A stack's config in the form that the Node runtime takes. */
export interface StackConfig {
  /** Full keys (`project:key`) to text; objects are JSON. */
  readonly values: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
  /** Each encrypted value's text as it stands in the file, by its place: `project:key`, or `project:key.inner[0]` inside of an object. */
  readonly encrypted: Readonly<Record<string, string>>;
  /** What a reader should know of how the files were read. */
  readonly notes: readonly string[];
}

/** What stands in for an encrypted value: a preview has no key to decrypt it with. */
export const secretPlaceholder = "preview-placeholder";

/**
 * Finds and reads the project of a folder: the nearest Pulumi.yaml upwards, as Pulumi's CLI does.
 *
 * @throws CliError when there is none, it isn't one of a Node program, or it names an entry point that is not there.
 * @source https://www.pulumi.com/docs/iac/concepts/projects/project-file/
 */
export function readProject(from: string): Project {
  const file = findUpwards(path.resolve(from), "Pulumi.yaml");
  if (file === undefined) throw new CliError(`There is no Pulumi.yaml in ${path.resolve(from)} or a folder above it.`);
  const content = readYaml(file);
  const { name, main = ".", config = {}, runtime } = content;
  if (typeof name !== "string" || name === "") throw new CliError(`${file} gives the project no name.`);
  const { name: runtimeName, options = {} } = isRecord(runtime) ? runtime : { name: runtime };
  const { typescript = true } = isRecord(options) ? options : {};
  if (runtimeName !== "nodejs") throw new CliError(`${file} names the runtime "${String(runtimeName)}"; a preview runs programs of the runtime nodejs only.`);
  if (typeof typescript !== "boolean") throw new CliError(`In ${file}, the runtime's option typescript is neither true nor false.`);
  if (typeof main !== "string") throw new CliError(`In ${file}, main is not the name of a file.`);
  if (!isRecord(config)) throw new CliError(`In ${file}, config is not a list of keys.`);
  const directory = path.dirname(file);
  if (!fs.existsSync(path.resolve(directory, main))) throw new CliError(`In ${file}, main names ${main}, which is not there.`);
  return { name, directory, main, typescript, config };
}

/** The nearest project of a name in a folder or above it; none where there is no such Pulumi.yaml. */
export function findProject(name: string, from: string): Project | undefined {
  const file = findUpwards(from, "Pulumi.yaml");
  if (file === undefined) return undefined;
  const folder = path.dirname(file);
  if (readYaml(file)["name"] === name) return readProject(folder);
  return folder === path.dirname(folder) ? undefined : findProject(name, path.dirname(folder));
}

/** The stacks of a project that have a config file, by name. */
export function stacksOf(project: Project): string[] {
  return fs
    .readdirSync(project.directory)
    .map((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1])
    .filter((stack) => stack !== undefined)
    .sort();
}

/**
 * Reads the config of a stack as Pulumi's CLI would pass it to the program: keys without a namespace belong to the project, the
 * project's own values and defaults come first and the stack's go over them.
 *
 * @throws CliError for an unknown stack, a file that can't be read, or a declared key that has neither a value nor a default.
 * @source https://www.pulumi.com/docs/iac/concepts/config/
 */
export function readStackConfig(project: Project, stack: string): StackConfig {
  const stacks = stacksOf(project);
  if (!stacks.includes(stack)) {
    throw new CliError(`There is no stack "${stack}": ${project.directory} has no Pulumi.${stack}.yaml. ${stacks.length === 0 ? "It has no stack's file at all." : `Its stacks: ${stacks.join(", ")}.`}`);
  }
  const file = path.join(project.directory, `Pulumi.${stack}.yaml`);
  const content = readYaml(file);
  const own = content["config"] ?? {};
  if (!isRecord(own)) throw new CliError(`In ${file}, config is not a list of keys.`);

  const fullKey = (key: string): string => (key.includes(":") ? key : `${project.name}:${key}`);
  const entries = (block: Readonly<Record<string, unknown>>) => Object.entries(block).map(([key, value]) => [fullKey(key), value] as const);
  const given = new Map([...entries(project.config).flatMap(([key, entry]) => projectValue(entry).map((value) => [key, value] as const)), ...entries(own)]);
  const missing = entries(project.config).filter(([key, entry]) => isRecord(entry) && !given.has(key));
  if (missing.length > 0) throw new CliError(missing.map(([key]) => `The stack "${stack}" has no value for ${key}, which Pulumi.yaml declares without a default: set it in ${file}.`).join("\n"));

  const declaredSecret = entries(project.config).filter(([, entry]) => isRecord(entry) && entry["secret"] === true).map(([key]) => key);
  const encrypted = Object.fromEntries([...given].flatMap(([key, value]) => encryptedIn(value, key)));
  const encryptedKeys = [...given].filter(([, value]) => encryptedIn(value).length > 0).map(([key]) => key);
  const notes = encryptedKeys.map((key) => `${key} is encrypted in ${path.basename(file)}; the program was given a placeholder in its place.`);
  if (content["environment"] !== undefined) notes.push(`${path.basename(file)} imports Pulumi ESC environments, which a preview does not open.`);
  return {
    values: Object.fromEntries([...given].map(([key, value]) => [key, toText(withoutSecure(value))])),
    secretKeys: [...new Set([...encryptedKeys, ...declaredSecret.filter((key) => given.has(key))])],
    encrypted,
    notes,
  };
}

/** The value that the project file itself gives to a key, if any: a plain value, `value`, or a declaration's `default`. */
function projectValue(entry: unknown): unknown[] {
  if (!isRecord(entry)) return [entry];
  if ("value" in entry) return [entry["value"]];
  return "default" in entry ? [entry["default"]] : [];
}

const isSecure = (value: unknown): value is { readonly secure: unknown } => isRecord(value) && Object.keys(value).length === 1 && "secure" in value;

/** The texts of what is encrypted in a value, with their places. */
function encryptedIn(value: unknown, place = ""): [string, string][] {
  if (isSecure(value)) return [[place, String(value.secure)]];
  if (Array.isArray(value)) return value.flatMap((inner, index) => encryptedIn(inner, `${place}[${index}]`));
  return isRecord(value) ? Object.entries(value).flatMap(([key, inner]) => encryptedIn(inner, `${place}.${key}`)) : [];
}

function withoutSecure(value: unknown): unknown {
  if (isSecure(value)) return secretPlaceholder;
  if (Array.isArray(value)) return value.map(withoutSecure);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecure(inner)]));
  return value;
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function findUpwards(folder: string, name: string): string | undefined {
  const file = path.join(folder, name);
  if (fs.existsSync(file)) return file;
  const above = path.dirname(folder);
  return above === folder ? undefined : findUpwards(above, name);
}

function readYaml(file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = parse(fs.readFileSync(file, "utf8"));
  } catch (thrown) {
    // Only the first line: below it the parser quotes the file, where a secret may stand.
    throw new CliError(`${file} can't be read: ${(thrown instanceof Error ? thrown.message : String(thrown)).split("\n")[0]}`);
  }
  if (content === null) return {};
  if (!isRecord(content)) throw new CliError(`${file} holds no keys.`);
  return content;
}
