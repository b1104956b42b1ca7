import { Problem } from "../../shared/errors";
import { literal } from "../../shared/regularExpression";

/** Which requests are meant: those that are like all of what is given. */
export interface RequestMatch {
  /** The path without what follows a `?`. A prefix counts as it stands: `/api` is also the beginning of `/apiary`. Default: any. */
  readonly path?: { readonly exact: string } | { readonly prefix: string };
  /** As `POST`: one of them. Default: any. */
  readonly methods?: readonly string[];
  /** Headers by lower-case name, each with one of the values, or `present` with any. Default: none is asked for. */
  readonly headers?: Readonly<Record<string, readonly string[] | "present">>;
}

/** How Envoy looks at one header. @source https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-headermatcher */
export interface HeaderMatcher {
  readonly name: string;
  readonly string_match?: { readonly prefix: string } | { readonly safe_regex: { readonly regex: string } };
  readonly present_match?: boolean;
  readonly invert_match?: boolean;
  readonly treat_missing_header_as_empty?: boolean;
}

/** The matchers that all fit a request which is meant, on any of the hosts where some are given; none where every request is meant. */
export function requestMatchers({ path, methods, headers = {} }: RequestMatch, hosts: readonly string[] = []): HeaderMatcher[] {
  return [
    // A host's letters may be of either case, and a port may follow.
    ...(hosts.length > 0 ? [matches(":authority", `(?i)${anyOf(hosts)}(:[0-9]+)?`)] : []),
    ...(path === undefined ? [] : ["exact" in path ? matches(":path", `${literal(path.exact)}(\\?.*)?`) : { name: ":path", string_match: { prefix: path.prefix } }]),
    ...(methods === undefined ? [] : [oneOf(":method", methods)]),
    ...Object.entries(headers).map(([name, values]) => (values === "present" ? { name, present_match: true } : oneOf(name, values))),
  ];
}

/** Fits where a header has one of the values. */
export function oneOf(name: string, values: readonly string[]): HeaderMatcher {
  return matches(name, anyOf(values));
}

/** Fits where a header has none of the values or is not there. */
export function noneOf(name: string, values: readonly string[]): HeaderMatcher {
  return { ...oneOf(name, values), invert_match: true, treat_missing_header_as_empty: true };
}

/** Fits where a header is not there. */
export function absent(name: string): HeaderMatcher {
  return { name, present_match: true, invert_match: true };
}

// Envoy asks that the expression fits the whole value.
function matches(name: string, regex: string): HeaderMatcher {
  return { name, string_match: { safe_regex: { regex } } };
}

function anyOf(values: readonly string[]): string {
  return `(${values.map(literal).join("|")})`;
}

// https://www.rfc-editor.org/rfc/rfc9110#section-5.5
const headerValue = /^([!-~\u0080-\u{10ffff}]([\t -~\u0080-\u{10ffff}]*[!-~\u0080-\u{10ffff}])?)?$/u;
const headerName = /^[a-z0-9!#$&'*+.^_`|~-]{1,128}$/;

/** Tells whether a text is the name of a header as Envoy writes it. */
export function isHeaderName(name: string): boolean {
  return headerName.test(name);
}

/** What a proxy makes of a path before anything looks at it: a request never has it in another form. */
const neverSeen = /\/\/|(^|\/)\.\.?(\/|$)|\\|%(2f|5c|2e)/i;

/** What is wrong with the paths that requests are told by. */
export function pathProblems(at: string, { path }: RequestMatch): Problem[] {
  if (path === undefined) return [];
  // A program without types may give anything.
  const forms: Readonly<Record<string, unknown>> = typeof path === "object" ? { ...path } : {};
  const [given, ...more] = Object.entries(forms).flatMap(([form, text]) => (["exact", "prefix"].includes(form) && typeof text === "string" ? [text] : []));
  if (given === undefined || more.length > 0) return [{ path: `${at}.path`, message: "is not one form of a path", given: JSON.stringify(path), allowed: "{ exact } or { prefix }, with a text" }];
  if (!/^\/[^?#*\s]*$/.test(given)) return [{ path: `${at}.path`, message: "is not a path", given: JSON.stringify(given), allowed: "text that begins with /, without ?, #, * and spaces: `prefix` needs no * at its end" }];
  if (!neverSeen.test(given)) return [];
  return [{ path: `${at}.path`, message: "is a path that no request has: the mesh makes it normal before", given: JSON.stringify(given), allowed: "text without //, \\, a . or .. between slashes, and %2F, %5C or %2E" }];
}

/** What is wrong with the methods. */
export function methodProblems(at: string, { methods }: RequestMatch): Problem[] {
  if (methods === undefined) return [];
  if (methods.length === 0) return [{ path: `${at}.methods`, message: "is empty", allowed: "one at least; left out, every method" }];
  return methods.filter((method) => !/^[A-Z]+(-[A-Z]+)*$/.test(method)).map((given) => ({ path: `${at}.methods`, message: "is not a method", given: JSON.stringify(given), allowed: "upper-case letters with hyphens between them, as POST or M-SEARCH" }));
}

/** What is wrong with the headers. */
export function headerProblems(at: string, { headers = {} }: RequestMatch): Problem[] {
  return Object.entries(headers).flatMap(([name, values]) => [
    ...(isHeaderName(name) ? [] : [{ path: `${at}.headers`, message: "is not the name of a header", given: JSON.stringify(name), allowed: "lower-case letters, digits and hyphens, as x-api-version" }]),
    ...(values.length === 0 ? [{ path: `${at}.headers[${JSON.stringify(name)}]`, message: "is empty", allowed: "one value at least, or `present`" }] : []),
    ...(values === "present" ? [] : values)
      .filter((value) => !headerValue.test(value))
      .map((value) => ({ path: `${at}.headers[${JSON.stringify(name)}]`, message: "is not the value of a header", given: JSON.stringify(value), allowed: "text without line breaks and other control characters, and without spaces around it" })),
  ]);
}
