import { Finding, Mode } from "../../simulator/engine/plan";

/**
 * The worst that a change does. `dangerous`: what holds state is deleted or made anew and no exception is made for it, or a policy about changes
 * is broken at level error.
 */
export type Verdict = "none" | "changes" | "dangerous";

/** What becomes of a resource. A renamed one is carried over by an alias, and may have changed properties too. */
export type ChangeKind = "create" | "update" | "replace" | "delete" | "rename";

/** Whether a changed property has the resource made anew; `unsure` where it depends on the service or on values of the other kind. */
export type Replacement = "yes" | "unsure" | "no";

/** What differs between a program and its config at a git ref and as they are now. It is plain data that can be written as JSON, and holds no secret value. */
export interface PlanDiff {
  readonly project: string;
  readonly stack: string;
  /** How both sides were run. */
  readonly mode: Mode;
  readonly base: Base;
  readonly verdict: Verdict;
  readonly summary: DiffSummary;
  /** The most dangerous first; otherwise by component, in an order in which the program could register them. */
  readonly resources: readonly ResourceChange[];
  /**
   * The keys of the stack's config whose encrypted value is another text, as `app:token` or `app:signIn.secret`; absent where none is. Nobody can
   * tell without the key whether it is another secret or the same one encrypted anew, and the programs were given a placeholder for both: no
   * resource or output shows it. To be told as `[secret], another one (or encrypted anew)`.
   */
  readonly encryptedConfig?: readonly string[];
  readonly outputs: {
    readonly added: readonly OutputChange[];
    readonly changed: readonly OutputChange[];
    readonly removed: readonly OutputChange[];
  };
  readonly findings: {
    /** What is found now and was not at the base, and what is against the policies in the change itself. */
    readonly new: readonly Finding[];
    /** What was found at the base and is not any more. */
    readonly mended: readonly Finding[];
  };
}

/** The side that is compared with. */
export interface Base {
  /** As it was given. */
  readonly ref: string;
  /** The full hash of its commit. */
  readonly commit: string;
  /**
   * Why its program doesn't run for the stack, in lines; absent where it does. The stack is then compared with nothing: all that is there now is
   * created. To be told above everything else, as `The base doesn't run: …`.
   */
  readonly failure?: string;
}

/** How many resources, without components, become what. One that is renamed and has changes besides is counted as renamed. */
export interface DiffSummary {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly rename: number;
  /** How many of those that are replaced or deleted hold state. */
  readonly stateful: number;
}

export interface ResourceChange {
  readonly kind: ChangeKind;
  /** As it is now; as it was, where it is deleted. */
  readonly urn: string;
  /** The URN at the base, where an alias carries it over. */
  readonly urnBefore?: string;
  readonly type: string;
  readonly name: string;
  /** False for a component, which only groups others. */
  readonly custom: boolean;
  /** The components that it is in, the outermost first; those of the base where it is deleted. */
  readonly component: readonly ComponentName[];
  /** What is lost with it, where it holds state and is deleted or replaced. */
  readonly lost?: string;
  /** Why the config excepts it from the policy against that loss; it is no danger then. */
  readonly excepted?: string;
  /** True where it goes from the program and stays in the cloud, by `retainOnDelete`. */
  readonly leftBehind?: true;
  /** Where it is created or deleted, and would be the same object in the cloud as what is deleted or created. */
  readonly sameObject?: SameObject;
  /** Why it is made anew; empty unless `kind` is `replace`. It may stay where none of the reasons is sure. */
  readonly replaceReasons: readonly ReplaceReason[];
  /**
   * What differs. Of a resource that is created these are its inputs, each top-level property with the kind `add`; of one that is deleted they
   * are what it had, with the kind `remove`. Those tell the least of all, and are long: the first to fold, or to leave out.
   */
  readonly properties: readonly PropertyChange[];
  /** The values of a Helm release as YAML, where they differ: all of them where it is created or deleted. They are not among `properties`. */
  readonly yaml?: readonly DiffLine[];
}

/** Two names in the programs for one object in a cloud or a cluster. To be told as `same object as …: needs an alias, for <why>`. */
export interface SameObject {
  /** The URN of the other change: of what is deleted for what is created, and the other way round. */
  readonly urn: string;
  /** What would go wrong, as part of a sentence. */
  readonly why: string;
}

export interface ComponentName {
  readonly type: string;
  readonly name: string;
}

export interface ReplaceReason {
  /** The property, as in `properties`, or the option that ties it to another resource: `replaceWith`. */
  readonly path: string;
  readonly sure: boolean;
  /** The URN of the resource that is made anew, where this one follows it. */
  readonly follows?: string;
}

/** One value that differs. Values are shown as in a plan: `[secret]` and `[unknown]` stand for what can't be shown. */
export interface PropertyChange {
  /** As `spec.containers[name=server].image`; options of the registration begin with `options.`, as `options.protect`. */
  readonly path: string;
  readonly kind: "add" | "remove" | "change";
  readonly before?: unknown;
  readonly after?: unknown;
  /** True where a side is secret, in part or as a whole: the same text on both sides still stands for two values. */
  readonly secret: boolean;
  /** True where a side is not known before the cloud answers. */
  readonly unknown: boolean;
  readonly forcesReplacement: Replacement;
}

export interface OutputChange {
  readonly name: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly secret: boolean;
}

/** A line of a text diff: taken away, added, or there for context. `…` stands for lines that are left out. */
export interface DiffLine {
  readonly sign: "-" | "+" | " " | "…";
  readonly text: string;
}
