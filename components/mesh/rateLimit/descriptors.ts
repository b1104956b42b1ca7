import { keys, missing } from "./actions";
import { CountedBy, Limit, Limits, Rate } from "./limits";

/** A rate as the service has it. */
export interface RateLimitValue {
  readonly unit: Rate["unit"];
  readonly requests_per_unit: number;
}

/** One level of the service's configuration. Without a value it is for every value that no other level beside it has. */
export interface Descriptor {
  readonly key: string;
  readonly value?: string;
  readonly rate_limit?: RateLimitValue;
  readonly descriptors?: readonly Descriptor[];
}

type Level = Omit<Descriptor, "key" | "value">;

/**
 * The service's configuration for limits: the other half of `rateLimitActions`. A list of entries counts where the path along them ends
 * with a rate; one that ends elsewhere is let pass without a count.
 * @source https://github.com/envoyproxy/ratelimit#descriptor-list-definition
 */
export function rateLimitDescriptors(limits: Limits): Descriptor[] {
  return Object.entries(limits).map(([name, limit]) => ({ key: keys.limit, value: name, ...levelOf(limit) }));
}

function levelOf(limit: Limit): Level {
  if (!("plans" in limit)) return countedBy(limit.per, limit);
  const { from, values, default: standard } = limit.plans;
  const named = Object.entries(values).map(([value, rate]) => ({ key: keys.plan, value, ...countedBy(limit.per, rate) }));
  const standardRate = values[standard];
  // A token may name a plan that isn't here.
  const others = "claim" in from && standardRate !== undefined ? [{ key: keys.plan, ...countedBy(limit.per, standardRate) }] : [];
  return { descriptors: [...named, ...others] };
}

function countedBy(per: CountedBy = "everyone", { unit, requests }: Rate): Level {
  const rate_limit = { unit, requests_per_unit: requests };
  const each = (key: string): Level => ({ descriptors: [{ key, rate_limit }] });
  if (per === "everyone") return { rate_limit };
  if (per === "client-address") return each(keys.address);
  if ("header" in per) return each(keys.header);
  return { descriptors: [{ key: keys.claim, rate_limit }, { key: keys.claim, value: missing, ...each(keys.address) }] };
}
