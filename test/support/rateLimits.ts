import { Action, RateLimitActions } from "../../components/mesh/rateLimit/actions";
import { Descriptor, RateLimitValue } from "../../components/mesh/rateLimit/descriptors";
import { HeaderMatcher } from "../../components/mesh/rateLimit/requests";

/** A request as the filter sees it, with the claims of a verified token. */
export interface Request {
  /** With `:path`, `:method` and `:authority`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface Entry {
  readonly key: string;
  readonly value: string;
}

/**
 * The lists of entries that Envoy would make of a request: a list whose every action makes an entry.
 * @source https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-ratelimit-action
 */
export function entriesOf(rateLimits: readonly RateLimitActions[], request: Request): Entry[][] {
  return rateLimits.flatMap(({ actions }) => {
    const entries = actions.map((action) => entryOf(action, request)).filter((entry) => entry !== undefined);
    return entries.length === actions.length ? [entries] : [];
  });
}

function entryOf(action: Action, { headers, claims = {} }: Request): Entry | undefined {
  if ("generic_key" in action) return { key: action.generic_key.descriptor_key, value: action.generic_key.descriptor_value };
  if ("request_headers" in action) {
    const value = headers[action.request_headers.header_name];
    return value === undefined ? undefined : { key: action.request_headers.descriptor_key, value };
  }
  if ("metadata" in action) {
    const { descriptor_key: key, metadata_key: from, default_value: otherwise } = action.metadata;
    const [payload, claim, ...deeper] = from.path.map((segment) => segment.key);
    if (from.key !== "envoy.filters.http.jwt_authn" || payload !== "payload" || claim === undefined || deeper.length > 0) return { key, value: otherwise };
    const value = claims[claim];
    return { key, value: typeof value === "string" && value !== "" ? value : otherwise };
  }
  const { descriptor_key: key, descriptor_value: value, headers: matchers } = action.header_value_match;
  return matchers.every((matcher) => fits(matcher, headers[matcher.name])) ? { key, value } : undefined;
}

function fits(matcher: HeaderMatcher, given: string | undefined): boolean {
  const { string_match: text, present_match: present, invert_match: inverted = false, treat_missing_header_as_empty: missingIsEmpty = false } = matcher;
  if (present !== undefined) return (given !== undefined) === present ? !inverted : inverted;
  const value = given ?? (missingIsEmpty ? "" : undefined);
  if (value === undefined || text === undefined) return false;
  const matched = "prefix" in text ? value.startsWith(text.prefix) : expression(text.safe_regex.regex).test(value);
  return matched !== inverted;
}

/** An expression of RE2 that must fit a whole value. */
function expression(regex: string): RegExp {
  const [, ignoreCase, rest = ""] = /^(\(\?i\))?(.*)$/s.exec(regex) ?? [];
  return new RegExp(`^(?:${rest})$`, ignoreCase === undefined ? "" : "i");
}

/**
 * The rate that the service finds for a list of entries: along its configuration, a level with the value before one without, and only where
 * the list ends.
 * @source https://github.com/envoyproxy/ratelimit#descriptor-list-definition
 */
export function rateOf(descriptors: readonly Descriptor[], [entry, ...rest]: readonly Entry[]): RateLimitValue | undefined {
  if (entry === undefined) return undefined;
  const level = descriptors.find(({ key, value }) => key === entry.key && value === entry.value) ?? descriptors.find(({ key, value }) => key === entry.key && value === undefined);
  if (level === undefined) return undefined;
  return rest.length === 0 ? level.rate_limit : rateOf(level.descriptors ?? [], rest);
}

/** What a request counts against, as `limit=search address=1.2.3.4: 30 a minute`. */
export function countsOf(rateLimits: readonly RateLimitActions[], descriptors: readonly Descriptor[], request: Request): string[] {
  return entriesOf(rateLimits, request).flatMap((entries) => {
    const rate = rateOf(descriptors, entries);
    return rate === undefined ? [] : [`${entries.map(({ key, value }) => `${key}=${value}`).join(" ")}: ${rate.requests_per_unit} a ${rate.unit}`];
  });
}

/** Every path along the actions, by its keys and the values that are written in them: what the configuration must have a rate for at its end. */
export function pathsOfActions(rateLimits: readonly RateLimitActions[]): string[][] {
  return rateLimits.map(({ actions }) => actions.map((action) => Object.values(action).map((made: { readonly descriptor_key: string }) => made.descriptor_key)[0] ?? ""));
}

/** Every path along the configuration to a rate, by its keys. */
export function pathsOfDescriptors(descriptors: readonly Descriptor[]): string[][] {
  return descriptors.flatMap(({ key, rate_limit, descriptors: deeper = [] }) => [...(rate_limit ? [[key]] : []), ...pathsOfDescriptors(deeper).map((path) => [key, ...path])]);
}
