import type { Answer } from "../claims/claim";
import type { Sent } from "../claims/questions/http";
import type { World } from "../claims/world";
import { until } from "../lab/until";

/** How often a request is sent while something breaks, in milliseconds: often enough to see a gap, and not so often that two cores are busy with it. */
const interval = 40;

/** How many requests are answered before anything breaks, and again after. */
const around = 25;

/**
 * Sends a request again and again, each on a connection of its own, while something is done: `requests`, `lost` (what was not answered 200), how often
 * each other answer came, `longest gap` between two answers of 200 and the `slowest` of them, both in milliseconds.
 */
export async function underLoad(world: World, { from, ...request }: Sent, action: () => Promise<void>): Promise<Answer> {
  const counts = new Map<string, number>();
  const pending = new Set<Promise<void>>();
  let [requests, good, last, gap, slowest] = [0, 0, performance.now(), 0, 0];
  const one = async (): Promise<void> => {
    const begun = performance.now();
    const { status } = await world.place(from).request(request);
    const now = performance.now();
    if (status !== 200) {
      counts.set(String(status), (counts.get(String(status)) ?? 0) + 1);
      return;
    }
    good += 1;
    slowest = Math.max(slowest, now - begun);
    gap = Math.max(gap, now - last);
    last = now;
  };
  const timer = setInterval(() => {
    requests += 1;
    const sent = one().finally(() => pending.delete(sent));
    pending.add(sent);
  }, interval);
  const answered = async (): Promise<void> => {
    const before = good;
    await until(`${around} answers of 200 to ${request.url}`, () => good >= before + around);
  };
  try {
    await answered();
    gap = 0;
    await action();
    await answered();
  } finally {
    clearInterval(timer);
    await Promise.all(pending);
  }
  return { requests, lost: requests - good, ...Object.fromEntries([...counts].map(([status, count]) => [`answers ${status}`, count])), "longest gap": Math.round(gap), slowest: Math.round(slowest) };
}
