import { RequestMatch } from "./requests";

/**
 * How many requests, in a time. Where one count is kept for all, each time begins anew on the clock: a minute's at its first second. Where each
 * pod keeps its own, used-up requests come back evenly: of 60 a minute, one each second.
 */
export interface Rate {
  /** From 1. */
  readonly requests: number;
  readonly unit: "second" | "minute" | "hour" | "day";
}

/** How long each time is, in seconds. */
export const secondsOf: Readonly<Record<Rate["unit"], number>> = { second: 1, minute: 60, hour: 3600, day: 86_400 };

/**
 * A header of the client's own, which it may set to anything. A limit that goes by one binds only clients that mean well, so that it is an
 * exception with a reason.
 */
export interface ClientHeader {
  /** The lower-case name, as `x-plan`. */
  readonly header: string;
  /** Why nothing better tells clients apart, in 1 to 256 characters: an annotation. */
  readonly clientHeaderReason: string;
}

/**
 * A claim of the token that a request carries, once the app's proxy has verified it. Only text counts: a list or a number is taken as if the
 * claim were not there.
 */
export interface VerifiedClaim {
  readonly claim: string;
}

/**
 * What has a count of its own:
 *
 * - `everyone`: all requests have one together;
 * - `client-address`: each address that Front Door says it has a request's connection from;
 * - a claim, as `{ claim: "sub" }`: each value; requests without a token are told apart by `client-address`;
 * - a header: each value, and all requests without it together.
 */
export type CountedBy = "everyone" | "client-address" | VerifiedClaim | ClientHeader;

/** Rates by plan. */
export interface Plans {
  /** Where a request's plan stands. */
  readonly from: VerifiedClaim | ClientHeader;
  /** The rate of each plan, as `{ FREE: { requests: 10, unit: "minute" }, PREMIUM: { requests: 100, unit: "minute" } }`. */
  readonly values: Readonly<Record<string, Rate>>;
  /** The plan of requests that name none or one that isn't here: one of `values`. */
  readonly default: string;
}

/** A limit on requests: for those that are like `path`, `methods` and `headers` say, or for all. */
export type Limit = RequestMatch & {
  /** What has a count of its own. Default: `everyone`. */
  readonly per?: CountedBy;
} & (Rate | { readonly plans: Plans });

/** Limits by a name of each one's own, as `search`. A request counts for each that it falls under, and is refused when one of them is used up. */
export type Limits = Readonly<Record<string, Limit>>;

/** The plans of a limit; none where all requests have one rate. */
export function plansOf(limit: Limit): Plans | undefined {
  return "plans" in limit ? limit.plans : undefined;
}

/** The rates of a limit, each with its place. */
export function ratesOf(limit: Limit): (readonly [path: string, rate: Rate])[] {
  if ("plans" in limit) return Object.entries(limit.plans.values).map(([plan, rate]) => [`.plans.values[${JSON.stringify(plan)}]`, rate] as const);
  return [["", limit]];
}

/** The claims that a limit goes by, each with its place. */
export function claimsOf(limit: Limit): (readonly [path: string, claim: string])[] {
  return sourcesOf(limit).flatMap(([path, source]) => ("claim" in source ? [[`${path}.claim`, source.claim] as const] : []));
}

/** The headers of the client's own that a limit goes by, each with its place. */
export function clientHeadersOf(limit: Limit): (readonly [path: string, header: ClientHeader])[] {
  return sourcesOf(limit).flatMap(([path, source]) => ("header" in source ? [[path, source] as const] : []));
}

function sourcesOf(limit: Limit): (readonly [string, VerifiedClaim | ClientHeader])[] {
  const { per } = limit;
  const plans = plansOf(limit);
  return [...(typeof per === "object" ? [[".per", per] as const] : []), ...(plans ? [[".plans.from", plans.from] as const] : [])];
}
