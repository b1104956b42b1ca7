import assert from "node:assert/strict";
import { found, takeDown } from "../report/rows";
import { CheckId, checks } from "./checks";
import type { ClusterName } from "./clusters";

/** Takes down for the report what stands against a claim, and fails where anything does. */
export async function holds(cluster: ClusterName, id: CheckId, ask: () => Promise<readonly string[]>): Promise<void> {
  const about = { cluster, id, ...checks[id] };
  const { held, problems } = await takeDown(
    found.accepted,
    async () => {
      const against = await ask();
      return { ...about, held: against.length === 0, problems: against.join("; ") };
    },
    (why) => ({ ...about, held: false, problems: why }),
  );
  assert.ok(held, `${about.claims}: ${problems}`);
}

/** Takes down a mistake for the report, and fails where the servers did not say of it what they should. */
export async function caught(claim: CheckId, what: string, says: RegExp, ask: () => Promise<string | undefined>): Promise<void> {
  const about = { claim, what };
  const row = await takeDown(
    found.mistakes,
    async () => {
      const answer = await ask();
      return { ...about, caught: answer !== undefined && says.test(answer), answer: answer ?? "nothing" };
    },
    (answer) => ({ ...about, caught: false, answer }),
  );
  assert.ok(row.caught, `${what}: ${says} was expected, the answer is: ${row.answer}`);
}
