import { randomUUID } from "node:crypto";
import { claimsOf } from "../../../../support/signInTokens";
import type { Answer as Got } from "../../lab/lab";
import { until } from "../../lab/until";
import { Answer, Question } from "../claim";
import { lifetime, token } from "../signIn/tokens";
import { World } from "../world";
import { throughGateway } from "./gateway";
import { Sent } from "./http";
import { countOf } from "./series";

/** Requests of one sort. */
export interface Kind {
  readonly text: string;
  readonly count: number;
  /** Each time that the question is asked, `fresh` is another text: a count that nobody has used. */
  readonly sent: (world: World, fresh: string) => Sent;
  /** Whether the count refills all the time: then nothing is sent before it is full. One of what it allows is spent on finding out. */
  readonly refills?: true;
}

/** How often it is asked whether a count is full: so seldom that asking doesn't keep it from that. */
const refill = { within: 15_000, every: 1_500 };

/**
 * Sends kinds of requests one kind after the other, and counts. For the last kind: `answers 200`, `answers 429`, `answers 503`, `others`, and of the
 * last answer the headers `limit`, `remaining` and `reset`, in seconds; `slowest` in milliseconds.
 */
export function counted(...kinds: readonly Kind[]): Question {
  return {
    text: kinds.map(({ text, count }) => `${text}, ${count} times`).join("; then "),
    ask: async (world) => {
      const fresh = randomUUID();
      for (const { sent, refills, text } of kinds) {
        if (refills) await until(`the count of ${text} to be full`, async () => isFull(await ask(world, sent(world, fresh))), refill);
      }
      let answer: Answer = {};
      for (const { sent, count } of kinds) answer = await countedOnce(world, sent(world, fresh), count);
      return answer;
    },
  };
}

/** True where nothing had been counted before this answer, or nothing is counted at all. */
function isFull({ headers }: Got): boolean {
  const { "x-ratelimit-limit": limit, "x-ratelimit-remaining": remaining } = headers;
  return limit === undefined || Number(remaining) === Number(limit) - 1;
}

function ask(world: World, { from, ...request }: Sent): Promise<Got> {
  return world.place(from).request(request);
}

async function countedOnce(world: World, request: Sent, count: number): Promise<Answer> {
  const answers: Got[] = [];
  let slowest = 0;
  const together = 10;
  for (let done = 0; done < count; done += together) {
    const some = Array.from({ length: Math.min(together, count - done) }, async () => {
      const begun = performance.now();
      const answer = await ask(world, request);
      slowest = Math.max(slowest, performance.now() - begun);
      return answer;
    });
    answers.push(...(await Promise.all(some)));
  }
  const last = answers.at(-1)?.headers ?? {};
  const header = (name: string): string => String(last[`x-ratelimit-${name}`] ?? "none");
  return {
    ...Object.fromEntries([200, 429, 503].map((wanted) => [`answers ${wanted}`, countOf(answers, ({ status }) => status === wanted)])),
    others: countOf(answers, ({ status }) => status !== 200 && status !== 429 && status !== 503),
    limit: header("limit"),
    remaining: header("remaining"),
    reset: Number(header("reset")),
    slowest: Math.round(slowest),
  };
}

const host = "guestbook-api.dev.example.com";

/** Who has a token, by what it says of the plan; `sub` is a new one each time. */
export function subscriber(count: number, plan: unknown, headers: Readonly<Record<string, string>> = {}, person = ""): Kind {
  const told = Object.entries(headers).map(([name, value]) => `, ${name}: ${value}`);
  return {
    text: `Front Door → gateway: GET https://${host}/plans, a token ${plan === undefined ? "without a plan" : `with plan ${JSON.stringify(plan)}`}${person && ` of another person`}${told.join("")}`,
    count,
    sent: (world, fresh) => throughGateway(world, { host, path: "/plans", headers: { authorization: `Bearer ${planToken(world, `${fresh}${person}`, plan)}`, ...headers } }),
  };
}

/** Who has none, and says of itself in headers who it is; `FRESH` in one stands for the text that is another each time. */
export function stranger(count: number, path: string, headers: Readonly<Record<string, string>>): Kind {
  const told = Object.entries(headers).map(([name, value]) => `${name}: ${value.replace("FRESH", "a")}`);
  return {
    text: [`Front Door → gateway: GET https://${host}${path}`, ...told].join(", "),
    count,
    sent: (world, fresh) => throughGateway(world, { host, path, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace("FRESH", fresh)])) }),
  };
}

/** Who calls an app inside the mesh that keeps a count by itself. */
export function inside(count: number, from: string, url: string, options: Pick<Kind, "refills"> = {}): Kind {
  return { text: `${from} → GET ${url}`, count, sent: () => ({ from, url }), ...options };
}

function planToken({ facts, signingKey }: World, sub: string, plan: unknown): string {
  const claims = claimsOf("service principal", facts.tenant);
  return token({ iss: claims?.issuer, aud: facts.clientId, sub, tid: facts.tenant, ver: "2.0", ...(plan !== undefined && { plan }), ...lifetime() }, signingKey);
}
