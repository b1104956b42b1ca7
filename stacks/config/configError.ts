import * as pulumi from "@pulumi/pulumi";
import { formatProblems, Problem } from "../../components/shared/errors";

/** The first line of every message of a `ConfigError`; the preview command tells a refused config by it. */
export const configRefused = "The platform's configuration is refused:";

/**
 * A configuration that is refused before anything is registered. Every problem is in one message.
 * It is a `RunError`, so that Pulumi prints the message without a stack trace.
 */
export class ConfigError extends pulumi.RunError {
  constructor(readonly problems: readonly Problem[]) {
    super(`${configRefused}\n${formatProblems(problems)}`);
  }
}
