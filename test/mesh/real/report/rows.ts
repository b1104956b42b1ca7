/** A claim as the run found it: a row of the report. */
export interface ClaimRow {
  readonly chapter: string;
  readonly id: string;
  readonly claims: string;
  readonly request: string;
  readonly expected: string;
  readonly answer: string;
  readonly held: boolean;
  readonly restsOn: readonly string[];
}

/** A change that a claim must not survive, as the run found it. */
export interface MutationRow {
  readonly chapter: string;
  readonly claim: string;
  readonly what: string;
  readonly caught: boolean;
  /** What was answered with the change. */
  readonly answer: string;
}

/** Something that broke, as the run found it. */
export interface FaultRow {
  readonly id: string;
  readonly claims: string;
  /** What was done. */
  readonly what: string;
  readonly expected: string;
  /** All that was counted and measured. */
  readonly figures: string;
  readonly held: boolean;
}

/** What the tests of this run have found, in their order. */
export const found: { readonly claims: ClaimRow[]; readonly mutations: MutationRow[]; readonly faults: FaultRow[] } = { claims: [], mutations: [], faults: [] };
