import { CliError } from "../cli/cliError";

/** The variables of a process, by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The service that runs a pipeline, as the variables that it sets say. */
export function serviceOf(variables: Variables): "GitHub" | "Azure DevOps" {
  if (variables["GITHUB_ACTIONS"] === "true") return "GitHub";
  if (variables["TF_BUILD"] !== undefined) return "Azure DevOps";
  throw new CliError("This is a step of a pipeline: it runs on GitHub Actions or Azure Pipelines, which set GITHUB_ACTIONS or TF_BUILD.");
}

/**
 * Reads variables that a step can't do without.
 *
 * @throws CliError that names all that are missing or empty, and no value.
 */
export function required<Name extends string>(variables: Variables, ...names: readonly Name[]): Record<Name, string> {
  const missing = names.filter((name) => (variables[name] ?? "") === "");
  if (missing.length > 0) throw new CliError(`The step lacks these variables: ${missing.join(", ")}. docs/pipelines.md says where each comes from.`);
  return Object.fromEntries(names.map((name) => [name, variables[name]])) as Record<Name, string>;
}
