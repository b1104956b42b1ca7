import * as pulumi from "@pulumi/pulumi";

/** One thing wrong with an argument or a configuration value, in the five parts a reader needs to mend it. */
export interface Problem {
  /** Where: the path of the property, as `network.subnets.nodes`. */
  readonly path: string;
  /** What is wrong, one sentence without the value. */
  readonly message: string;
  /** The value that was given, as short text. Left out when it is missing or may be a secret. */
  readonly given?: string;
  /** What is allowed. */
  readonly allowed?: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** Writes problems one under the other, each with its path, what was given, what is allowed and what to do. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems
    .map((problem) => {
      const lines = [`  ${problem.path}: ${problem.message}`];
      if (problem.given !== undefined) lines.push(`      given:   ${problem.given}`);
      if (problem.allowed !== undefined) lines.push(`      allowed: ${problem.allowed}`);
      if (problem.fix !== undefined) lines.push(`      do:      ${problem.fix}`);
      return lines.join("\n");
    })
    .join("\n");
}

/**
 * Arguments of a component that it refuses before it registers anything. Every problem is in one message.
 * It is a `RunError`, so that Pulumi prints the message without a stack trace.
 */
export class ArgumentError extends pulumi.RunError {
  constructor(
    readonly instance: string,
    readonly problems: readonly Problem[],
  ) {
    super(`${instance} refuses its arguments:\n${formatProblems(problems)}`);
  }
}

/** Throws one `ArgumentError` that names every problem; does nothing when there is none. */
export function refuseProblems(instance: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ArgumentError(instance, problems);
}
