import assert from "node:assert/strict";
import { until } from "../lab/until";
import { found } from "../report/rows";
import { Answer, answerText, Chapter, Claim, expectedText, fits, Mutation } from "./claim";
import { World } from "./world";

/** How long a change of an object may take until every proxy works by it. */
const patience = { within: 15_000, every: 200 };

/** Makes tests of chapters: one for each claim, and one for each change that a claim must not survive. */
export function testChapters(chapters: readonly Chapter[], world: () => World): void {
  const ids = chapters.flatMap(({ claims }) => claims.map(({ id }) => id));
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length > 0) throw new Error(`Several claims have the id ${twice.join(", ")}.`);
  for (const chapter of chapters) {
    const claims = new Map(chapter.claims.map((claim) => [claim.id, claim]));
    describe(chapter.title, () => {
      for (const claim of chapter.claims) it(claim.claims, () => testClaim(world(), chapter, claim));
      for (const mutation of chapter.mutations) it(`is caught: ${mutation.what}`, () => testMutation(world(), chapter, mutation, claims.get(mutation.claim)));
    });
  }
}

async function testClaim(world: World, { title }: Chapter, claim: Claim): Promise<void> {
  const answer = await withGiven(world, claim, () => (claim.once ? claim.question.ask(world) : askUntil(world, claim, (given) => fits(claim.expected, given))));
  const [expected, real] = [expectedText(claim.expected), answerText(claim.expected, answer)];
  const held = fits(claim.expected, answer);
  const { id, claims, question, restsOn } = claim;
  found.claims.push({ chapter: title, id, claims, request: question.text, expected, answer: real, held, restsOn });
  assert.ok(held, `${question.text}: ${expected} was expected, the answer is ${JSON.stringify(answer)}`);
}

async function testMutation(world: World, { title }: Chapter, { what, claim: id, changes }: Mutation, claim: Claim | undefined): Promise<void> {
  assert.ok(claim, `there is no claim ${id}`);
  try {
    await world.change(changes);
    const answer = await withGiven(world, claim, () => askUntil(world, claim, (given) => !fits(claim.expected, given)));
    const caught = !fits(claim.expected, answer);
    found.mutations.push({ chapter: title, claim: id, what, caught, answer: answerText(claim.expected, answer) });
    assert.ok(caught, `${what}, and ${claim.question.text} still gives ${answerText(claim.expected, answer)}`);
  } finally {
    await world.restore(changes);
  }
  const after = await withGiven(world, claim, () => askUntil(world, claim, (given) => fits(claim.expected, given)));
  assert.ok(fits(claim.expected, after), `${what} was put back, and ${claim.question.text} gives ${answerText(claim.expected, after)}`);
}

/**
 * Asks until an answer is wanted or the time is over, and returns the last one. Wanted are two in a row: while a change is on its way, one
 * alone may come of the change itself.
 */
async function askUntil(world: World, { question, id, once }: Claim, wanted: (answer: Answer) => boolean): Promise<Answer> {
  let last: Answer = {};
  const ask = async (): Promise<boolean> => wanted((last = await question.ask(world)));
  await until(`an answer to ${id}`, async () => (await ask()) && (once || (await ask())), patience).catch((error: unknown) => {
    // Without an answer there is nothing to judge, and the error says why.
    if (Object.keys(last).length === 0) throw error;
  });
  return last;
}

/** Asks while something is other than the program says. */
async function withGiven<T>(world: World, { given: { changes = [], seenBy, mesh, stopped = [] } = {} }: Claim, ask: () => Promise<T>): Promise<T> {
  const servers = stopped.map((name) => world.appOf(name));
  try {
    if (mesh) await world.changeMesh(seenBy ?? "", mesh);
    if (seenBy !== undefined && changes.length > 0) await world.changeSeenBy(seenBy, changes);
    else await world.change(changes);
    for (const server of servers) await server.stop();
    return await ask();
  } finally {
    for (const server of servers) await server.start();
    await world.restore(changes);
    if (mesh) await world.changeMesh(seenBy ?? "", {});
  }
}
