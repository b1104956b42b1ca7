import assert from "node:assert/strict";
import type { Server } from "../lab/lab";
import { until } from "../lab/until";
import { givenText } from "../report/given";
import { ClaimRow, found, takeDown } from "../report/rows";
import { Answer, answerText, Chapter, Claim, Expected, expectedText, fits, Given, Mutation } from "./claim";
import { unbrokenProblems } from "./unbroken";
import { World } from "./world";

/** How long a right answer may take that may come late. */
const patience = { within: 15_000, every: 200 };

/**
 * Makes tests of chapters: one for each claim, and one for each change that claims must not survive. First comes what is asked of the mesh as the
 * program says it; then what is asked while something is other; then the changes. What is asked after a change may be answered once by what was
 * before: a connection that is kept open works by the configuration that it began with, and ends with the next request.
 */
export function testChapters(chapters: readonly Chapter[], world: () => World): void {
  const problems = unbrokenProblems(chapters);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const isGiven = ({ given }: Claim): boolean => given !== undefined;
  testClaims(chapters, world, (claim) => !isGiven(claim), "");
  testClaims(chapters, world, isGiven, ", while something is other");
  for (const { title, claims, mutations } of chapters) {
    const named = new Map(claims.map((claim) => [claim.id, claim]));
    describe(`${title}: what a claim must not survive`, () => {
      for (const mutation of mutations) it(`is caught: ${mutation.what}`, () => testMutation(world(), title, mutation, mutation.claims.flatMap((id) => named.get(id) ?? [])));
    });
  }
}

function testClaims(chapters: readonly Chapter[], world: () => World, wanted: (claim: Claim) => boolean, when: string): void {
  for (const { title, claims } of chapters) {
    const some = claims.filter(wanted);
    if (some.length > 0) {
      describe(`${title}${when}`, () => {
        for (const claim of some) it(claim.claims, () => testClaim(world(), title, claim));
      });
    }
  }
}

async function testClaim(world: World, chapter: string, claim: Claim): Promise<void> {
  const { id, claims, question, expected, restsOn, late, unbroken, pair, given } = claim;
  const optional = { ...(late !== undefined && { late }), ...(unbroken !== undefined && { unbroken }), ...(pair !== undefined && { pair }), ...(given !== undefined && { given: givenText(given) }) };
  const about = { chapter, id, claims, request: question.text, expected: expectedText(expected), restsOn, ...optional };
  let answer: Answer = {};
  const ask = async (): Promise<ClaimRow> => {
    answer = await withGiven(world, given, () => askClaim(world, claim));
    return { ...about, answer: answerText(expected, answer), held: fits(expected, answer) };
  };
  const { held } = await takeDown(found.claims, ask, (why) => ({ ...about, answer: why, held: false }));
  assert.ok(held, `${question.text}: ${about.expected} was expected, the answer is ${JSON.stringify(answer)}`);
}

async function testMutation(world: World, chapter: string, { what, changes, mesh, expected, claims: ids }: Mutation, claims: readonly Claim[]): Promise<void> {
  let last: { readonly claim: Claim; readonly answer: Answer; readonly caught: boolean } | undefined;
  // The first that survives is enough.
  const askAll = async (some: readonly Claim[]): Promise<void> => {
    for (const claim of some) {
      if (last !== undefined && !last.caught) return;
      const answer = await askUntil(world, claim, expected);
      last = { claim, answer, caught: fits(expected, answer) && !fits(claim.expected, answer) };
    }
  };
  const plain = claims.filter(({ given }) => given === undefined);
  if (plain.length > 0) await withGiven(world, { changes, ...(mesh && { mesh }) }, () => askAll(plain));
  for (const claim of claims) {
    const { given } = claim;
    if (given !== undefined) await withGiven(world, { ...given, changes: [...(given.changes ?? []), ...changes] }, () => askAll([claim]));
  }
  assert.ok(last, `there are no claims for: ${what}`);
  const { claim, answer, caught } = last;
  found.mutations.push({ chapter, claim: ids.join(", "), what, caught, expected: expectedText(expected), answer: answerText(expected, answer) });
  assert.ok(caught, `${what}, and ${claim.question.text} gives ${JSON.stringify(answer)}: it must be ${expectedText(expected)}, and not what is claimed`);
}

/** Asks twice at once, and returns the first wrong answer, or the last right one. */
async function askClaim(world: World, claim: Claim): Promise<Answer> {
  const { question, expected, given, late, once } = claim;
  if (given !== undefined || late !== undefined) return askUntil(world, claim, expected);
  const answer = await question.ask(world);
  return once || !fits(expected, answer) ? answer : question.ask(world);
}

/** Asks until the answer is as expected, twice in a row but for what is asked once, or the time is over, and returns the last one. */
async function askUntil(world: World, { question, id, once }: Claim, expected: Expected): Promise<Answer> {
  let last: Answer = {};
  const ask = async (): Promise<boolean> => fits(expected, (last = await question.ask(world)));
  await until(`an answer to ${id}`, async () => (await ask()) && (once || (await ask())), patience).catch((error: unknown) => {
    // Without an answer there is nothing to judge, and the error says why.
    if (Object.keys(last).length === 0) throw error;
  });
  return last;
}

/** Asks while something is other than the program says. */
async function withGiven<T>(world: World, { changes = [], mesh, stopped = [] }: Given = {}, ask: () => Promise<T>): Promise<T> {
  const servers: Server[] = [];
  try {
    if (mesh) await world.changeMesh(mesh);
    await world.change(changes);
    await world.settled();
    for (const name of stopped) {
      const server = world.appOf(name);
      servers.push(server);
      await server.stop();
    }
    return await ask();
  } finally {
    await world.restore(changes);
    if (mesh) await world.changeMesh({});
    for (const server of servers) await server.start();
  }
}
