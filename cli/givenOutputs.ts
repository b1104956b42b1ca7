import * as fs from "node:fs";
import { isRecord, Properties, rewrite, Secret } from "../simulator/engine/values";
import { CliError } from "./cliError";
import { secretPlaceholder } from "./projectFiles";

/** The outputs of other stacks that `--outputs` gives, and which of them programs have asked for. */
export class GivenOutputs {
  private readonly given: ReadonlyMap<string, Properties>;
  private readonly asked = new Set<string>();

  /**
   * @param files the file of each stack, by the name that the program gives the stack
   * @throws CliError for a file that can't be read or doesn't know its outputs
   */
  constructor(files: Readonly<Record<string, string>>) {
    this.given = new Map(Object.entries(files).map(([stack, file]) => [stack, readOutputs(file)]));
  }

  /** The names of the stacks. */
  get names(): string[] {
    return [...this.given.keys()];
  }

  /** The outputs of a stack that a program asks for; none where no file gives them. */
  of(name: string): Properties | undefined {
    this.asked.add(name);
    return this.given.get(name);
  }

  /**
   * To be asked once all programs have run.
   *
   * @throws CliError where no program has asked for a stack: its name is another one than was meant, and what was shown doesn't have its outputs
   */
  refuseUnasked(): void {
    const unasked = this.names.filter((name) => !this.asked.has(name));
    if (unasked.length === 0) return;
    const references = [...this.asked].join(", ") || "none";
    throw new CliError(`--outputs names ${unasked.map((name) => `"${name}"`).join(", ")}, which no program refers to. The stacks that are referred to: ${references}.`);
  }
}

/** The outputs in a file: Pulumi's own, or those of a plan. What is not shown there is secret. */
function readOutputs(file: string): Properties {
  let content: unknown;
  try {
    content = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (thrown) {
    // An error of the parser quotes the file.
    throw new CliError(`${file}, named by --outputs, ${thrown instanceof SyntaxError ? "is not JSON" : `can't be read: ${String(thrown)}`}.`);
  }
  const outputs = isRecord(content) && "schemaVersion" in content ? content["outputs"] : content;
  if (!isRecord(outputs)) throw new CliError(`${file}, named by --outputs, holds no outputs by name.`);
  const unknown = Object.keys(outputs).filter((name) => JSON.stringify(outputs[name]).includes('"[unknown]"'));
  if (unknown.length > 0) throw new CliError(`${file}, named by --outputs, does not know ${unknown.join(", ")}: write it with --mode up.`);
  return rewrite(outputs, (value) => (value === "[secret]" ? { with: new Secret(secretPlaceholder) } : undefined)) as Properties;
}
