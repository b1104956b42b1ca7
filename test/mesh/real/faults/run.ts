import assert from "node:assert/strict";
import { Answer, answerText, expectedText, fits } from "../claims/claim";
import type { World } from "../claims/world";
import { found } from "../report/rows";
import { controlPlaneFaults } from "./controlPlane";
import { Fault } from "./fault";
import { podFaults } from "./pods";
import { storeFaults } from "./stores";

/** All that breaks, in the order of the report. */
export const faults: readonly Fault[] = [...controlPlaneFaults, ...podFaults, ...storeFaults];

/** Makes a test of each fault, and of each change with which its promise isn't kept. Each is tried once: what goes wrong once has gone wrong. */
export function testFaults(world: () => World): void {
  describe("What breaks", () => {
    // What is lost must be lost by the fault.
    before(() => world().drained());

    for (const fault of faults) {
      it(fault.claims, () => testFault(world(), fault));
      const { mutation } = fault;
      if (mutation) it(`is caught: ${mutation.what}`, () => testMutation(world(), fault, mutation));
    }
  });
}

async function testFault(world: World, { id, claims, what, figures, expected }: Fault): Promise<void> {
  await world.settled();
  const answer = await figures(world);
  const held = fits(expected, answer);
  found.faults.push({ id, claims, what, expected: expectedText(expected), figures: figuresText(answer), held });
  assert.ok(held, `${what}: ${expectedText(expected)} was expected, it was ${figuresText(answer)}`);
}

/** How often something is broken until the change shows: how many requests are under way at that moment is chance. */
const tries = 3;

async function testMutation(world: World, { id, figures }: Fault, { what, changes, expected }: NonNullable<Fault["mutation"]>): Promise<void> {
  try {
    await world.change(changes);
    await world.settled();
    let answer: Answer = {};
    for (let tried = 0; tried < tries && !fits(expected, answer); tried++) answer = await figures(world);
    const caught = fits(expected, answer);
    found.mutations.push({ chapter: "What breaks", claim: id, what, caught, expected: expectedText(expected), answer: answerText(expected, answer) });
    assert.ok(caught, `${what}: ${expectedText(expected)} was expected, it was ${figuresText(answer)}`);
  } finally {
    await world.restore(changes);
  }
}

const figuresText = (answer: Answer): string => Object.entries(answer).map(([name, value]) => `${name} ${value}`).join(", ");
