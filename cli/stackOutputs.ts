import { StackOutputs } from "../simulator/engine/monitor";
import { Properties } from "../simulator/engine/values";
import { CliError } from "./cliError";
import { GivenOutputs } from "./givenOutputs";
import { findProject, readStackConfig } from "./projectFiles";
import { redactorFor } from "./redact";
import { failureOf, ProjectRun, runProject } from "./runProject";

/**
 * Where a program's references to other stacks have their outputs from: from the files that were given; else from a run of the referenced
 * project, which is looked for above the program's own. It runs once, as an update: to those who refer to it, a stack is there.
 *
 * The answers reject with a CliError where there is neither, where the referenced program fails, and where stacks refer to one another
 * in a circle.
 *
 * @param tell is told where outputs come from that no file gave
 */
export function stackOutputsFor(run: ProjectRun, given: GivenOutputs, tell: (note: string) => void): StackOutputs {
  const known = new Map<string, Promise<Properties>>();
  const waiting = new Map<string, readonly string[]>();

  const answersTo = (asking: ProjectRun): StackOutputs => async (name) => {
    const fromFile = given.of(name);
    if (fromFile !== undefined) return fromFile;
    const referenced = referencedBy(asking, name);
    if (referenced === undefined) throw new CliError(unknownStack(asking, name, given.names));
    const [from, to] = [idOf(asking), idOf(referenced)];
    const circle = pathBetween(waiting, to, from);
    if (circle !== undefined) throw new CliError(`Stacks refer to one another in a circle: ${[from, ...circle].join(" → ")}. Give the outputs of one of them: --outputs ${name}=FILE.`);
    waiting.set(from, [...(waiting.get(from) ?? []), to]);
    const outputs = known.get(to) ?? outputsOf(referenced, name);
    known.set(to, outputs);
    return outputs;
  };

  const outputsOf = async (referenced: ProjectRun, name: string): Promise<Properties> => {
    const { directory } = referenced.project;
    tell(`the outputs of ${name} are those that a preview of ${directory} shows with --mode up.`);
    const result = await runProject(referenced, { stackOutputs: answersTo(referenced) });
    const failure = failureOf(result);
    if (failure === undefined) return result.plan.outputs;
    throw new CliError(redactorFor(result.plan)(`${name}, whose outputs a preview of ${directory} gives, failed:\n${failure.messages.join("\n")}`), failure.status);
  };

  return answersTo(run);
}

const idOf = ({ project, stack }: ProjectRun): string => `${project.name}/${stack}`;

/**
 * The stack that a name means to a program: `organization/project/stack`, or a stack of the program's own project. None where no such
 * project is near.
 *
 * @source https://www.pulumi.com/docs/iac/concepts/stacks/#stack-naming
 */
function referencedBy({ project: own }: ProjectRun, name: string): ProjectRun | undefined {
  const parts = name.split("/");
  const stack = parts.at(-1) ?? name;
  const project = parts.length === 3 ? findProject(parts[1] ?? "", own.directory) : own;
  return project && { project, stack, config: readStackConfig(project, stack), mode: "up" };
}

function unknownStack({ project }: ProjectRun, name: string, given: readonly string[]): string {
  return [
    `The program refers to the stack "${name}", whose outputs a preview can't read from Pulumi's state.`,
    ...(given.length > 0 ? [`They were given for: ${given.join(", ")}.`] : []),
    `Give them in a file, --outputs ${name}=FILE: what "pulumi stack output --json --stack ${name}" prints, or a plan.json of --mode up.`,
    `Or have the stack's project, with its Pulumi.yaml and the stack's own file, in a folder above ${project.directory}.`,
  ].join("\n");
}

/** The nodes from one to another; none where no way leads there. */
function pathBetween(ways: ReadonlyMap<string, readonly string[]>, from: string, to: string): readonly string[] | undefined {
  if (from === to) return [to];
  for (const next of ways.get(from) ?? []) {
    const rest = pathBetween(ways, next, to);
    if (rest !== undefined) return [from, ...rest];
  }
  return undefined;
}
