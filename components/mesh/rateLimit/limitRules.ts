import { ArgumentRule } from "../../shared/argumentRule";
import { Problem } from "../../shared/errors";
import { reasonProblems } from "../../shared/reason";
import { missing } from "./actions";
import { claimsOf, clientHeadersOf, Limit, Limits, plansOf, Rate, ratesOf, secondsOf } from "./limits";
import { headerProblems, isHeaderName, methodProblems, pathProblems } from "./requests";

const configuration = "https://github.com/envoyproxy/ratelimit#configuration";
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

// What the service's counter holds.
const mostRequests = 2 ** 32 - 1;

/** A rule that looks at one limit at a time. */
function eachLimit(id: string, source: string, check: (path: string, limit: Limit) => readonly Problem[]): ArgumentRule<Limits> {
  return { id, source, check: (limits) => Object.entries(limits).flatMap(([name, limit]) => check(`limits[${JSON.stringify(name)}]`, limit)) };
}

/** What is wrong with a rate. */
export function rateProblems(path: string, { requests, unit }: Rate): Problem[] {
  return [
    ...(Number.isInteger(requests) && requests >= 1 && requests <= mostRequests
      ? []
      : [{ path: `${path}.requests`, message: "is not a number of requests", given: String(requests), allowed: `a whole number from 1 to ${mostRequests}` }]),
    ...(Object.hasOwn(secondsOf, unit) ? [] : [{ path: `${path}.unit`, message: "is not a time that requests are counted in", given: String(unit), allowed: Object.keys(secondsOf).join(", ") }]),
  ];
}

/** What must hold for limits, wherever they are kept. */
export const limitRules: readonly ArgumentRule<Limits>[] = [
  {
    id: "limits-some",
    source: "the platform's own: what limits nothing is left out",
    check: (limits) => (Object.keys(limits).length > 0 ? [] : [{ path: "limits", message: "is empty", allowed: "one limit at least" }]),
  },
  {
    id: "limit-name",
    source: configuration,
    check: (limits) =>
      Object.keys(limits)
        .filter((name) => !label.test(name))
        .map((name) => ({ path: "limits", message: "is not a name for a limit", given: JSON.stringify(name), allowed: "1 to 63 lower-case letters, digits and hyphens between them" })),
  },
  eachLimit("limit-rate", configuration, (path, limit) => ratesOf(limit).flatMap(([at, rate]) => rateProblems(`${path}${at}`, rate))),
  eachLimit("limit-one-rate", "the platform's own: no argument is ignored", (path, limit) => {
    const beside = plansOf(limit) === undefined ? [] : ["requests", "unit"].filter((argument) => argument in limit);
    return beside.map((argument) => ({ path: `${path}.${argument}`, message: "stands beside `plans`, which have rates of their own", allowed: "either requests and unit, or plans", fix: "Leave one of both out." }));
  }),
  eachLimit("limit-path", "https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto", pathProblems),
  eachLimit("limit-methods", "https://www.rfc-editor.org/rfc/rfc9110#section-9.1", methodProblems),
  eachLimit("limit-headers", "https://www.rfc-editor.org/rfc/rfc9113#section-8.2", headerProblems),
  eachLimit("limit-plan-default", "the platform's own: a request without a plan must not go uncounted", (path, limit) => {
    const plans = plansOf(limit);
    if (plans === undefined || Object.hasOwn(plans.values, plans.default)) return [];
    return [{ path: `${path}.plans.default`, message: "is not one of the plans", given: JSON.stringify(plans.default), allowed: Object.keys(plans.values).join(", ") || "one of values, which is empty" }];
  }),
  eachLimit("limit-plan-several", "the platform's own: one plan is no plan", (path, limit) => {
    const names = Object.keys(plansOf(limit)?.values ?? { one: 1, two: 2 });
    return names.length >= 2 ? [] : [{ path: `${path}.plans.values`, message: "has not two plans", given: names.join(", ") || "none", allowed: "two at least", fix: "Give the rate itself: requests and unit." }];
  }),
  // The service takes a star at the end for any text.
  eachLimit("limit-plan-name", "https://github.com/envoyproxy/ratelimit#descriptor-list-definition", (path, limit) =>
    Object.keys(plansOf(limit)?.values ?? {})
      .filter((plan) => plan === missing || !/^[\w.-]{1,63}$/.test(plan))
      .map((plan) => ({ path: `${path}.plans.values`, message: "is not a name for a plan", given: JSON.stringify(plan), allowed: "1 to 63 letters, digits, and . _ - between them" })),
  ),
  eachLimit("limit-claim", "https://www.rfc-editor.org/rfc/rfc7519#section-4", (path, limit) =>
    claimsOf(limit)
      .filter(([, claim]) => !/^\S{1,128}$/.test(claim))
      .map(([at, claim]) => ({ path: `${path}${at}`, message: "is not the name of a claim", given: JSON.stringify(claim), allowed: "a claim of the token, as sub: 1 to 128 characters without spaces" })),
  ),
  eachLimit("limit-client-header", "https://www.rfc-editor.org/rfc/rfc9113#section-8.2", (path, limit) =>
    clientHeadersOf(limit)
      .filter(([, { header }]) => !isHeaderName(header))
      .map(([at, { header }]) => ({ path: `${path}${at}.header`, message: "is not the name of a header", given: JSON.stringify(header), allowed: "lower-case letters, digits and hyphens, as x-plan" })),
  ),
  eachLimit("limit-client-header-reason", "the platform's own: a client may set its headers to anything", (path, limit) =>
    clientHeadersOf(limit).flatMap(([at, { clientHeaderReason }]) => reasonProblems(`${path}${at}.clientHeaderReason`, clientHeaderReason)),
  ),
];
