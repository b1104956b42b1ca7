import { Finding, Mode } from "./engine/plan";
import { Properties } from "./engine/values";

/** A resource that a program wants, as a cloud gets to see it: no secret marks, `UNKNOWN` where nothing is known yet. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
}

/** What a cloud answers to a resource it has made. */
export interface Created {
  readonly id: string;
  /** Everything but the inputs, which the engine adds. */
  readonly outputs: Properties;
}

/** The clouds as the embedded engine sees them. */
export interface Cloud {
  /** Checks a resource and, in an update, makes it. Throws on a type it does not know. */
  register(registration: Registration, mode: Mode): { created: Created; findings: readonly Finding[] };
  /** Answers a lookup. Throws on one it does not know. */
  invoke(token: string, args: Properties): Properties;
}
