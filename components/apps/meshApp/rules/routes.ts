import { ArgumentRule } from "../../../shared/argumentRule";
import { fitsOneTextAlone, regularExpressionProblem } from "../../../shared/regularExpression";
import { AppRoute, HeaderMatch } from "../traffic";
import { headerMatches, istioValidation, shares, textOf, TrafficSettings, unknownVersion, virtualService } from "./trafficSettings";

const routesOf = ({ traffic: { routes = {} } }: TrafficSettings): [string, AppRoute][] => Object.entries(routes);
/** Of JavaScript's own name, an object that Pulumi copies keeps nothing: the route would be for every request. */
const headerName = /^(?!__proto__$)[-!#$%&'*+.^_`|~0-9a-z]+$/;
/** Names that Envoy keeps for itself, or knows under another one. */
const reservedHeader = /^(:|x-envoy-|host$)/;

/** Rules about which requests go where. */
export const routeRules: readonly ArgumentRule<TrafficSettings>[] = [
  {
    id: "route-name",
    source: "the platform's own: the name stands in logs and traces, and JavaScript would put names of digits before all others",
    check: (settings) =>
      routesOf(settings)
        .filter(([key]) => !/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(key))
        .map(([key]) => ({ path: `routes.${key}`, message: "is not a name for a route", given: key, allowed: "1 to 63 lower-case letters, digits and `-`, beginning with a letter" })),
  },
  {
    id: "route-version",
    source: "https://istio.io/latest/docs/reference/config/analysis/ist0101/",
    check: (settings) => routesOf(settings).flatMap(([key, { version }]) => unknownVersion(`routes.${key}.version`, version, settings.app)),
  },
  {
    id: "route-without-headers",
    source: virtualService,
    check: (settings) =>
      routesOf(settings)
        .filter(([, { headers }]) => Object.keys(headers).length === 0)
        .map(([key]) => ({ path: `routes.${key}.headers`, message: "is empty: the route would take every request", allowed: "one header at least", fix: "Name a header, or give the version a weight of 100." })),
  },
  {
    id: "route-covered",
    source: "https://istio.io/latest/docs/reference/config/analysis/ist0130/",
    check: (settings) => {
      const routes = routesOf(settings);
      return routes.flatMap(([key, route], index) => {
        const earlier = routes.slice(0, index).find(([, other]) => takesAllOf(other, route));
        return earlier === undefined ? [] : [{ path: `routes.${key}`, message: "is never reached: an earlier route takes every request that fits it", given: `after ${earlier[0]}`, fix: `Put it before ${earlier[0]}, or remove one of both.` }];
      });
    },
  },
  {
    id: "header-name",
    source: "https://www.rfc-editor.org/rfc/rfc9113#section-8.2.1",
    check: (settings) =>
      headerMatches(settings)
        .filter(({ name }) => !name.startsWith(":") && !headerName.test(name))
        .map(({ path, name }) => ({ path, message: "is not a header's name as proxies compare it: it would never be found", given: JSON.stringify(name), allowed: "lower-case letters, digits and `-`", ...(headerName.test(name.toLowerCase()) && { fix: `Write ${name.toLowerCase()}.` }) })),
  },
  {
    id: "header-reserved",
    source: "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers",
    check: (settings) =>
      headerMatches(settings)
        .filter(({ name }) => reservedHeader.test(name))
        .map(({ path, name }) => ({ path, message: "is a header that the proxies set or know under another name", given: name, allowed: "a header of the app's own", fix: "Hosts are the app's `hosts`; choose another header." })),
  },
  {
    id: "header-match-kind",
    source: `${virtualService}#StringMatch`,
    check: (settings) =>
      headerMatches(settings)
        .filter(({ match }) => Object.keys(match).length !== 1)
        .map(({ path, match }) => ({ path, message: "must say in one way what the value is like", given: Object.keys(match).join(" and ") || "none", allowed: "exact, prefix or regex" })),
  },
  {
    id: "header-match-empty",
    source: istioValidation,
    check: (settings) =>
      headerMatches(settings)
        .filter(({ match }) => Object.keys(match).length === 1 && textOf(match) === "")
        .map(({ path }) => ({ path, message: "is empty", allowed: "a text; `{ regex: \".*\" }` for any value" })),
  },
  {
    id: "header-regex",
    source: "https://github.com/google/re2/wiki/Syntax",
    check: (settings) =>
      headerMatches(settings).flatMap(({ path, match }) => {
        const problem = "regex" in match ? regularExpressionProblem(match.regex) : undefined;
        return problem === undefined ? [] : [{ path: `${path}.regex`, message: `is not a regular expression that proxies take: ${problem}`, given: textOf(match), allowed: "RE2's syntax: nothing that looks ahead or back, no back references" }];
      }),
  },
  {
    id: "header-regex-whole-value",
    source: "https://www.envoyproxy.io/docs/envoy/latest/api-v3/type/matcher/v3/regex.proto",
    check: (settings) =>
      headerMatches(settings)
        .filter(({ match }) => "regex" in match && match.regex !== "" && fitsOneTextAlone(match.regex))
        .map(({ path, match }) => ({ path: `${path}.regex`, message: "must fit the whole value, and fits one text alone", given: textOf(match), fix: `Write { regex: ".*${textOf(match).replace(/^\^|\$$/g, "")}.*" } for a value that holds it, or { exact: … } for this one.` })),
  },
  {
    id: "mirror-version",
    source: "https://istio.io/latest/docs/reference/config/analysis/ist0101/",
    check: ({ app, traffic: { mirror } }) => (mirror === undefined ? [] : unknownVersion("mirror.version", mirror.version, app)),
  },
  {
    id: "mirror-itself",
    source: "https://istio.io/latest/docs/tasks/traffic-management/mirroring/",
    check: ({ app, traffic: { mirror } }) =>
      mirror !== undefined && (app.versions[mirror.version]?.weight ?? 0) > 0
        ? [{ path: "mirror.version", message: "answers requests itself: it would do the same request twice", given: `${mirror.version}, of weight ${app.versions[mirror.version]?.weight}`, allowed: "a version of weight 0", fix: "Give it the weight 0 while it gets copies, and take the mirror away before it gets requests." }]
        : [],
  },
  {
    id: "mirror-percent",
    source: istioValidation,
    check: ({ traffic: { mirror } }) => shares({ "mirror.percent": mirror?.percent }),
  },
];

/** Tells whether every request that fits the second route fits the first one. */
function takesAllOf(first: AppRoute, second: AppRoute): boolean {
  const asked = Object.entries(first.headers);
  return asked.length > 0 && asked.every(([name, match]) => second.headers[name] !== undefined && covers(match, second.headers[name]));
}

function covers(match: HeaderMatch, other: HeaderMatch): boolean {
  if ("regex" in match || "regex" in other) return "regex" in match && "regex" in other && match.regex === other.regex;
  if ("prefix" in match) return textOf(other).startsWith(match.prefix);
  return "exact" in other && other.exact === match.exact;
}
