import { CountedBy, Limit, Limits, Plans, plansOf } from "./limits";
import { absent, HeaderMatcher, noneOf, oneOf, requestMatchers } from "./requests";

/*
 * A request is described to the service by lists of entries, and the service looks each list up in its configuration from the first entry to
 * the last. What makes the entries is here, the configuration in descriptors.ts; both go by the same keys.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/rate_limit_filter
 */

/** The keys of the entries, in the order that they have in a list. */
export const keys = { limit: "limit", plan: "plan", claim: "claim", address: "address", header: "header" } as const;

/** The value of an entry whose place in the request is empty: a list that lacked the entry would not be counted at all. */
export const missing = "-";

/**
 * The header in which Front Door says which address a request's TCP connection came from. Its X-Azure-ClientIP may be what the client says of itself.
 * @source https://learn.microsoft.com/azure/frontdoor/front-door-http-headers-protocol
 */
export const clientAddressHeader = "x-azure-socketip";

// Where Istio's proxies keep the claims of a verified token.
// https://istio.io/latest/docs/reference/config/security/conditions/
const tokenFilter = "envoy.filters.http.jwt_authn";
const tokenClaims = "payload";

/** What makes one entry. Where it makes none, the whole list is left out. */
export type Action =
  | { readonly generic_key: { readonly descriptor_key: string; readonly descriptor_value: string } }
  | { readonly header_value_match: { readonly descriptor_key: string; readonly descriptor_value: string; readonly headers: readonly HeaderMatcher[] } }
  | { readonly request_headers: { readonly header_name: string; readonly descriptor_key: string } }
  | { readonly metadata: { readonly descriptor_key: string; readonly metadata_key: { readonly key: string; readonly path: readonly { readonly key: string }[] }; readonly default_value: string; readonly source: "DYNAMIC" } };

/** What makes one list of entries. */
export interface RateLimitActions {
  readonly actions: readonly Action[];
}

/** What describes requests by limits, to the service; on the given hosts alone where there are some. */
export function rateLimitActions(limits: Limits, hosts: readonly string[] = []): RateLimitActions[] {
  return Object.entries(limits).flatMap(([name, limit]) => {
    const plans = plansOf(limit);
    const waysToPlan = plans === undefined ? [[]] : planActions(plans);
    return waysToPlan.flatMap((plan) => countActions(limit.per).map((count) => ({ actions: [limitAction(name, limit, hosts), ...plan, ...count] })));
  });
}

/** The entry that names the limit, for the requests that fall under it. */
export function limitAction(name: string, limit: Limit, hosts: readonly string[] = []): Action {
  const entry = { descriptor_key: keys.limit, descriptor_value: name };
  const headers = requestMatchers(limit, hosts);
  return headers.length === 0 ? { generic_key: entry } : { header_value_match: { ...entry, headers } };
}

/** The ways to the entry that names the plan. A token is believed; of a header only the plans that there are, or else a client would choose itself a new count. */
function planActions({ from, values, default: standard }: Plans): Action[][] {
  if ("claim" in from) return [[claimAction(keys.plan, from.claim, standard)]];
  const plans = Object.keys(values);
  const named = (plan: string): HeaderMatcher => (plan === standard ? noneOf(from.header, plans.filter((other) => other !== standard)) : oneOf(from.header, [plan]));
  return plans.map((plan) => [{ header_value_match: { descriptor_key: keys.plan, descriptor_value: plan, headers: [named(plan)] } }]);
}

/** The ways to the entries that say whose count it is. */
function countActions(per: CountedBy = "everyone"): Action[][] {
  if (per === "everyone") return [[]];
  if (per === "client-address") return headerActions(keys.address, clientAddressHeader);
  if ("header" in per) return headerActions(keys.header, per.header);
  const claim = claimAction(keys.claim, per.claim, missing);
  // The service counts the first for who has a token, and the others for who has none.
  return [[claim], ...headerActions(keys.address, clientAddressHeader).map((address) => [claim, ...address])];
}

/** A request has the header, or it lacks it: one of the two makes an entry. */
function headerActions(key: string, header: string): Action[][] {
  return [
    [{ request_headers: { header_name: header, descriptor_key: key } }],
    [{ header_value_match: { descriptor_key: key, descriptor_value: missing, headers: [absent(header)] } }],
  ];
}

function claimAction(key: string, claim: string, otherwise: string): Action {
  return { metadata: { descriptor_key: key, metadata_key: { key: tokenFilter, path: [{ key: tokenClaims }, { key: claim }] }, default_value: otherwise, source: "DYNAMIC" } };
}
