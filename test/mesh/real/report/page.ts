import { acceptedSection } from "./acceptedSection";
import { head } from "./head";
import { Cells, list, table, verbatim, yes } from "./markdown";
import { isPair, matrix, pairText } from "./matrix";
import type { ClaimRow, FaultRow, Found, MutationRow, Pair } from "./rows";
import type { VersionRow } from "./versions";

/** What a run has found, and of what. */
export interface Findings extends Found {
  readonly versions: readonly VersionRow[];
}

/** The chapter of the faults. */
export const whatBreaks = "What breaks";

/** The page: versions, what is accepted, claims by chapter with the changes that they don't survive, and what breaks. */
export function pageOf({ claims, mutations, faults, versions, ...rest }: Findings): string {
  const chapters = [...new Set(claims.map(({ chapter }) => chapter))];
  return [
    head(),
    "## Versions",
    "What follows is said of the versions in the last column, and of no other.",
    table(["server", "shipped", "tested"], versions.map(({ server, shipped, tested }) => [server, shipped, tested])),
    "## Accepted",
    ...acceptedSection(rest),
    ...chapters.flatMap((chapter) => {
      const own = claims.filter((claim) => claim.chapter === chapter);
      return [`## ${chapter}`, ...matrix(own.filter(isPair)), ...claimsTable(own.filter((claim) => !isPair(claim))), ...changes(mutations.filter((mutation) => mutation.chapter === chapter), own)];
    }),
    `## ${whatBreaks}`,
    table(["id", "promised", "what was done", "expected", "held", measured], faults.map(faultCells)),
    ...changes(mutations.filter(({ chapter }) => chapter === whatBreaks), []),
    "",
  ].join("\n\n");
}

/** The columns whose cells differ from run to run. */
const measured = "measured";
const volatile = [measured, "what was said"];

/** A page without what differs from run to run and from machine to machine: what was measured, servers' own words, and the version of Debian's Redis. */
export function withoutFigures(page: string): string {
  let hidden: readonly boolean[] = [];
  const lines = page.split("\n").map((line, index, all) => {
    if (!line.startsWith("|")) return line;
    const cells = line.split(/(?<!\\)\|/);
    if (/^\|(?:---\|)+$/.test(all[index + 1] ?? "")) hidden = cells.map((title) => volatile.includes(title.trim()));
    else return cells.map((cell, column) => (hidden[column] ? "" : cell)).join("|");
    return line;
  });
  return lines.join("\n").replace(/\| \d[\d.]*(?=, Debian's \|)/, "| ");
}

function claimsTable(claims: readonly ClaimRow[]): string[] {
  if (claims.length === 0) return [];
  const rows = claims.map(({ id, claims: claim, request, given, restsOn, expected, held, late, answer }): Cells => [
    id,
    claim,
    `${verbatim(request)}${given === undefined ? "" : `, while ${given}`}`,
    [...new Set(restsOn)].join(", "),
    expected,
    `${yes(held)}${late === undefined ? "" : `, late: ${late}`}`,
    figure(expected, answer),
  ]);
  return [table(["id", "claim", "request", "rests on", "expected", "held", measured], rows)];
}

function changes(mutations: readonly MutationRow[], claims: readonly ClaimRow[]): string[] {
  const pairOf = (id: string): Pair | undefined => claims.find((claim) => claim.id === id)?.pair;
  const nameOf = (id: string): string => {
    const pair = pairOf(id);
    return pair === undefined ? id : pairText(pair);
  };
  const namesOf = (ids: string): string => {
    const list = ids.split(", ");
    const targets = new Set(list.map((id) => pairOf(id)?.target));
    const [target] = targets;
    // Many callers of one target have their line in the matrix.
    return list.length > 3 && targets.size === 1 && target !== undefined ? `the ${list.length} who may not → ${target}` : list.map(nameOf).join(", ");
  };
  const rows = mutations.map(({ claim, what, expected, caught, answer }) => [namesOf(claim), what, expected, yes(caught), figure(expected, answer)]);
  const reasons = [...new Set(claims.flatMap(({ unbroken }) => unbroken ?? []))];
  return [
    ...(rows.length === 0 ? [] : ["Changes that claims must not survive:", table(["claims", "changed", "expected then", "caught", measured], rows)]),
    ...(reasons.length === 0 ? [] : ["No such change was tried for these:", list(reasons.map((reason) => `${claims.filter(({ unbroken }) => unbroken === reason).map(({ id }) => nameOf(id)).join(", ")}: ${reason}`))]),
  ];
}

const faultCells = ({ id, claims, what, expected, held, figures }: FaultRow): Cells => [id, claims, what, expected, yes(held), figures];

/** The answer, where it isn't what was expected word for word. */
const figure = (expected: string, answer: string): string => (answer === expected ? "" : answer);
