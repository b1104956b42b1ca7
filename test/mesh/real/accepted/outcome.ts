import assert from "node:assert/strict";
import { found } from "../report/rows";

/** What was done, what must come of it, and what is known of it afterwards. */
interface Outcome {
  readonly cluster: string;
  readonly id: string;
  readonly claims: string;
  readonly request: string;
  /** What stands against the claim. */
  readonly problems: readonly string[];
}

const chapter = "Accepted";

/** Takes a claim down for the report, and fails where anything stands against it. */
export function holds({ cluster, id, claims, request, problems }: Outcome): void {
  const held = problems.length === 0;
  found.claims.push({ chapter, id: `${id} (${cluster})`, claims, request, expected: "nothing against it", answer: held ? "nothing against it" : problems.join("; "), held, restsOn: [] });
  assert.deepEqual(problems, [], claims);
}

/** Takes a mistake down for the report, and fails where the servers did not say of it what they should. */
export function caught(claim: string, what: string, answer: string | undefined, says: RegExp): void {
  const isCaught = answer !== undefined && says.test(answer);
  found.mutations.push({ chapter, claim, what, caught: isCaught, answer: answer ?? "nothing" });
  assert.ok(isCaught, `${what}: ${answer ?? "nobody said anything"}`);
}
