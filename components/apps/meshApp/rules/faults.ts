import { ArgumentRule } from "../../../shared/argumentRule";
import { durationMs } from "../../../shared/duration";
import { defaultTimeout } from "../routing";
import { istioValidation, shares, TrafficSettings, virtualService, wholeNumbers } from "./trafficSettings";

/** Rules about what goes wrong on purpose. */
export const faultRules: readonly ArgumentRule<TrafficSettings>[] = [
  {
    id: "faults-in-prod",
    source: "the platform's own: in prod nothing may break requests on purpose",
    check: ({ app: { environment }, traffic: { faults } }) =>
      faults !== undefined && environment === "prod" ? [{ path: "faults", message: "would break requests on purpose in prod", given: environment, allowed: "nothing", fix: "Leave it out there: try it in another environment." }] : [],
  },
  {
    id: "faults-none",
    source: istioValidation,
    check: ({ traffic: { faults } }) => (faults !== undefined && faults.abort === undefined && faults.delay === undefined ? [{ path: "faults", message: "says nothing that goes wrong", allowed: "abort, delay or both", fix: "Add one, or leave out `faults`." }] : []),
  },
  {
    id: "fault-percent",
    source: `${virtualService}#Percent`,
    check: ({ traffic: { faults } }) => shares({ "faults.abort.percent": faults?.abort?.percent, "faults.delay.percent": faults?.delay?.percent }),
  },
  {
    id: "fault-status",
    source: `${virtualService}#HTTPFaultInjection-Abort`,
    check: ({ traffic: { faults } }) => wholeNumbers({ "faults.abort.status": faults?.abort?.status }, 400, 599),
  },
  {
    id: "fault-delay-outlasts-timeout",
    source: virtualService,
    check: ({ traffic: { faults, timeout = defaultTimeout } }) => {
      const delay = faults?.delay && durationMs(faults.delay.duration);
      if (delay === undefined || delay < (durationMs(timeout) ?? Infinity)) return [];
      return [{ path: "faults.delay.duration", message: "is as long as the timeout or longer, so that it shows what can't happen: the proxy ends a request before, but holds this one back without counting", given: `${faults?.delay?.duration} of ${timeout}`, allowed: "less than `timeout`", fix: "Shorten it; to see what callers do after a timeout, abort with 504." }];
    },
  },
  {
    id: "fault-header-twice",
    source: virtualService,
    check: ({ traffic: { faults, routes = {} } }) =>
      Object.keys(faults?.headers ?? {}).flatMap((name) =>
        Object.entries(routes)
          .filter(([, { headers }]) => name in headers)
          .map(([key]) => ({ path: `faults.headers.${name}`, message: "is asked for by a route as well, and a header can be compared once alone", given: `routes.${key}`, fix: "Mark the requests that are to break by a header of their own." })),
      ),
  },
  {
    id: "faults-without-headers",
    source: virtualService,
    check: ({ traffic: { faults } }) =>
      faults?.headers !== undefined && Object.keys(faults.headers).length === 0 ? [{ path: "faults.headers", message: "is empty", allowed: "one header at least", fix: "Leave it out to break every request." }] : [],
  },
];
