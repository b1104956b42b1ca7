import { randomUUID } from "node:crypto";
import { Answer, Question } from "../claim";
import { Arrival, World } from "../world";
import { sendOnce, Sent } from "./http";

/** What came of a number of requests: the answers, and what arrived at apps. */
export interface Series {
  readonly answers: readonly Answer[];
  readonly arrivals: readonly Arrival[];
}

/** Sends a request a number of times, each with the same key for the apps' log, and reads facts off what came of them. */
export function series(text: string, count: number, sent: Sent, read: (series: Series) => Answer): Question {
  return { text, ask: async (world) => read(await sendMany(world, count, sent)) };
}

/** Sends a request a number of times, so many at a time. */
export async function sendMany(world: World, count: number, sent: Sent, together = 10): Promise<Series> {
  const key = randomUUID();
  const url = new URL(sent.url);
  url.searchParams.set("key", key);
  const answers: Answer[] = [];
  for (let done = 0; done < count; done += together) {
    const some = Array.from({ length: Math.min(together, count - done) }, () => sendOnce(world, { ...sent, url: url.href }));
    answers.push(...(await Promise.all(some)));
  }
  return { answers, arrivals: world.arrivals(key) };
}

/** How many of a list fit. */
export function countOf<T>(list: readonly T[], fits: (item: T) => boolean): number {
  return list.filter(fits).length;
}

/**
 * Between which counts of hits `tries` independent tries stay, each with the probability `p`, but for an error of this probability: exact, by
 * the binomial distribution, half of the error on each side.
 */
export function binomialBounds(tries: number, p: number, error: number): { readonly least: number; readonly most: number } {
  // Logarithms, since the factorials are beyond numbers.
  const logs = Array.from({ length: tries + 1 }, (_, n) => Math.log(n || 1));
  const factorials = logs.map(((sum) => (log: number) => (sum += log))(0));
  const chance = (hits: number): number => Math.exp((factorials[tries] ?? 0) - (factorials[hits] ?? 0) - (factorials[tries - hits] ?? 0) + hits * Math.log(p) + (tries - hits) * Math.log(1 - p));
  const chances = Array.from({ length: tries + 1 }, (_, hits) => chance(hits));
  const beyond = (list: readonly number[]): number => {
    let sum = 0;
    return list.findIndex((value) => (sum += value) > error / 2);
  };
  return { least: beyond(chances), most: tries - beyond([...chances].reverse()) };
}
