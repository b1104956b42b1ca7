import type { TestedVersion } from "../tools/versions";
import { table, verbatim } from "./markdown";
import type { ClaimRow, FaultRow, MutationRow } from "./rows";

/** What a run has found, and of what. */
export interface Findings {
  readonly claims: readonly ClaimRow[];
  readonly mutations: readonly MutationRow[];
  readonly faults: readonly FaultRow[];
  readonly versions: readonly TestedVersion[];
  /** Which program decided who may sign in. */
  readonly checker: string;
}

const begin = `# Conformance

Written by \`npm run test:mesh\`, which runs the program's Kubernetes half on a real API server, a real istiod and real Envoys, on one machine: the platform of
dev and the apps of \`test/fixtures/meshLab\`, with their objects as the program sends them. Each line below is a request that was sent, and the answer
that came. What follows is what a version that was run does, and no other: see the versions.

What it is not: Azure. There is no kubelet, so that probes were sent by the tests and pods made by them of the program's templates; no network
policy acts; Envoy is the plain one, without Istio's own filters for metrics; and a cluster has more than one node.`;

/** The page: versions, claims by chapter with the changes that they don't survive, and what breaks. */
export function pageOf({ claims, mutations, faults, versions, checker }: Findings): string {
  const chapters = [...new Set(claims.map(({ chapter }) => chapter))];
  return [
    begin,
    "## Versions",
    table(["server", "shipped", "tested"], versions.map(({ server, tested, shipped }) => [server, shipped, tested])),
    `Who may sign in was decided by ${checker}.`,
    ...chapters.flatMap((chapter) => [`## ${chapter}`, claimsTable(claims.filter((claim) => claim.chapter === chapter)), ...changes(mutations.filter((mutation) => mutation.chapter === chapter))]),
    "## What breaks",
    table(["id", "promised", "what was done", "expected", "held", "what came of it"], faults.map(({ id, claims: promised, what, expected, held, figures }) => [id, promised, what, expected, yes(held), figures])),
    ...changes(mutations.filter(({ claim }) => faults.some(({ id }) => id === claim))),
    "",
  ].join("\n\n");
}

/** A page without what differs from run to run and from machine to machine: the last cell of each line of its tables. */
export function withoutFigures(page: string): string {
  return page.replace(/^(\|.*?)(?<!\\)\|(?:[^|\n]|\\\|)*\|$/gm, "$1|");
}

function claimsTable(claims: readonly ClaimRow[]): string {
  return table(
    ["id", "claim", "request", "rests on", "expected", "held", "answer"],
    claims.map(({ id, claims: claim, request, restsOn, expected, held, answer }) => [id, claim, verbatim(request), restsOn.join(", "), expected, yes(held), answer]),
  );
}

function changes(mutations: readonly MutationRow[]): string[] {
  if (mutations.length === 0) return [];
  return ["Changes that a claim must not survive:", table(["claim", "changed", "caught", "answer then"], mutations.map(({ claim, what, caught, answer }) => [claim, what, yes(caught), answer]))];
}

const yes = (held: boolean): string => (held ? "yes" : "**no**");
