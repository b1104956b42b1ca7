import { Finding, Mode } from "./engine/plan";
import { Properties } from "./engine/values";

/** A resource that a program wants, as a cloud gets to see it: no secret marks, `UNKNOWN` where nothing is known yet. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
  /** URNs of what must be there before it. */
  readonly dependencies?: readonly string[];
  /** The provider that it goes through, as `URN::ID`; absent for the default one. */
  readonly provider?: string;
}

/** What a cloud answers to a resource it has made. */
export interface Created {
  readonly id: string;
  /** What the cloud adds. The engine merges it into the inputs, at every depth. */
  readonly outputs: Properties;
}

/** The clouds as the embedded engine sees them. */
export interface Cloud {
  /** Checks a resource and, in an update, makes it. Throws on a type it does not know. */
  register(registration: Registration, mode: Mode): { created: Created; findings: readonly Finding[] };
  /** Checks what can only be seen once everything is registered. The outputs are those of the components. */
  finish(outputs: readonly Properties[]): readonly Finding[];
  /** Answers a lookup. Throws on one it does not know. */
  invoke(token: string, args: Properties): Properties;
}
