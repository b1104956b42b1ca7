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
  /** Why a right answer may come late: it was asked until it held. Default: it may not. */
  readonly late?: string;
  /** What was other than the program says meanwhile. Default: nothing. */
  readonly given?: string;
  /** Why no change was tried that it doesn't survive. Default: one was. */
  readonly unbroken?: string;
  /** For a claim of who may reach whom: both, as the chapter's matrix names them. Default: the claim has a row of its own. */
  readonly pair?: Pair;
}

/** Who asks, and who is asked. */
export interface Pair {
  readonly caller: string;
  readonly target: string;
}

/** A change that a claim must not survive, as the run found it. */
export interface MutationRow {
  readonly chapter: string;
  /** The claim's id; where the change is for several, all of them after commas. */
  readonly claim: string;
  readonly what: string;
  /** What must be answered with the change. */
  readonly expected: string;
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

/** A cluster that objects were applied to. */
export interface ClusterRow {
  readonly name: string;
  /** How many objects the programs send themselves, and how many the charts that were rendered make. */
  readonly ownObjects: number;
  readonly chartObjects: number;
  /** The releases whose charts were rendered, and those whose charts were not to be had. */
  readonly rendered: readonly string[];
  readonly notRendered: readonly string[];
  /** The pods that were made of templates, and those that stand in for the pods of charts that were not to be had. */
  readonly pods: readonly string[];
  readonly standIns: readonly string[];
}

/** What the servers made of a cluster's objects, as the run found it. */
export interface AcceptedRow {
  readonly cluster: string;
  readonly id: string;
  readonly claims: string;
  /** What was done. */
  readonly what: string;
  readonly held: boolean;
  /** What stands against it; empty where nothing does. */
  readonly problems: string;
}

/** A mistake that the servers must not let pass, as the run found it. */
export interface MistakeRow {
  /** The id of the accepted row that it would be missed by. */
  readonly claim: string;
  readonly what: string;
  readonly caught: boolean;
  /** What was said of it. */
  readonly answer: string;
}

/** What tests have found, in their order. */
export interface Found {
  readonly clusters: ClusterRow[];
  readonly accepted: AcceptedRow[];
  readonly mistakes: MistakeRow[];
  readonly claims: ClaimRow[];
  readonly mutations: MutationRow[];
  readonly faults: FaultRow[];
}

/** What the tests of this run have found. */
export const found: Found = { clusters: [], accepted: [], mistakes: [], claims: [], mutations: [], faults: [] };

/**
 * Takes down what was found, also where nothing was: a question that throws has a row, too, which says why.
 *
 * @param rows where the row belongs, as `found.claims`
 * @param ask asks, and gives the row
 * @param without gives the row of a question without an answer, with the words `no answer: …`
 * @returns the row
 * @throws what `ask` throws
 * @example
 * const row = await takeDown(found.claims, async () => ({ ...about, ...(await asked()) }), (answer) => ({ ...about, answer, held: false }));
 */
export async function takeDown<Row>(rows: Row[], ask: () => Promise<Row>, without: (why: string) => Row): Promise<Row> {
  try {
    const row = await ask();
    rows.push(row);
    return row;
  } catch (error) {
    rows.push(without(`no answer: ${error instanceof Error ? error.message : String(error)}`));
    throw error;
  }
}
