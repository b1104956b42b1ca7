import { STATUS_CODES } from "node:http";
import { ArgumentRule } from "../../../shared/argumentRule";
import { durationMs } from "../../../shared/duration";
import { defaultTimeout } from "../routing";
import { AppTraffic } from "../traffic";
import { istioValidation, TrafficSettings, virtualService, wholeNumbers } from "./trafficSettings";

const conditions = "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on";
const httpConditions = ["5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "retriable-4xx", "refused-stream", "envoy-ratelimited"];
const grpcConditions = ["cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"];
// Istio takes the statuses that Go has a text for, which are Node's but for this one.
const isStatus = (word: string): boolean => Object.hasOwn(STATUS_CODES, word) && word !== "509";
const defaultResponseTimeoutSeconds = 60;

/** Every duration that is given, with its path. */
function durations({ timeout, retries, faults, connections, outliers }: AppTraffic): [path: string, duration: string][] {
  const all = {
    timeout,
    "retries.perTryTimeout": retries?.perTryTimeout,
    "faults.delay.duration": faults?.delay?.duration,
    "connections.connectTimeout": connections?.connectTimeout,
    "outliers.interval": outliers?.interval,
    "outliers.ejectionTime": outliers?.ejectionTime,
  };
  return Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
}

/** A whole number of milliseconds, one at least: what Istio takes. */
function isDuration(duration: string): boolean {
  const length = durationMs(duration);
  return length !== undefined && length >= 1 && Number.isInteger(length);
}

const timeoutOf = ({ timeout = defaultTimeout }: AppTraffic): number => durationMs(timeout) ?? Infinity;

/** Rules about how long a request may take and when it is tried again. */
export const retryRules: readonly ArgumentRule<TrafficSettings>[] = [
  {
    id: "traffic-duration",
    source: istioValidation,
    check: ({ traffic }) =>
      durations(traffic)
        .filter(([, duration]) => !isDuration(duration))
        .map(([path, duration]) => ({ path, message: "is not a duration that Istio takes", given: JSON.stringify(duration), allowed: "a number with h, m, s or ms, as 1m30s or 250ms; 1ms at least, in whole milliseconds" })),
  },
  {
    id: "timeout-front-door",
    source: "https://learn.microsoft.com/azure/frontdoor/front-door-faq",
    check: ({ app: { hosts, responseTimeoutSeconds = defaultResponseTimeoutSeconds }, traffic }) =>
      hosts.length > 0 && timeoutOf(traffic) > responseTimeoutSeconds * 1000 && traffic.timeout !== undefined && isDuration(traffic.timeout)
        ? [{ path: "timeout", message: "is longer than Front Door waits for an answer", given: traffic.timeout, allowed: `${responseTimeoutSeconds}s at most for an app with hosts`, fix: "Shorten it, or raise the platform's frontDoor.responseTimeoutSeconds." }]
        : [],
  },
  {
    id: "retry-attempts",
    source: virtualService,
    check: ({ traffic: { retries } }) => wholeNumbers({ "retries.attempts": retries?.attempts }, 1, 10),
  },
  {
    id: "retries-outlast-timeout",
    source: virtualService,
    check: ({ traffic }) => {
      const { retries, timeout = defaultTimeout } = traffic;
      const perTry = retries && durationMs(retries.perTryTimeout);
      if (retries === undefined || perTry === undefined || (retries.attempts + 1) * perTry <= timeoutOf(traffic)) return [];
      return [{ path: "retries", message: "outlast the timeout: the last attempts would never be made", given: `1 + ${retries.attempts} attempts of ${retries.perTryTimeout} within ${timeout}`, allowed: "attempts that fit in `timeout`, the first one counted", fix: "Raise `timeout`, or lower `attempts` or `perTryTimeout`." }];
    },
  },
  {
    id: "retry-condition",
    source: conditions,
    check: ({ traffic: { retries } }) =>
      (retries?.on ?? [])
        .filter((word) => ![...httpConditions, ...grpcConditions].includes(word) && !isStatus(word))
        .map((word) => ({ path: "retries.on", message: "names a condition that proxies don't know", given: JSON.stringify(word), allowed: `${[...httpConditions, ...grpcConditions].join(", ")}, or a status as 503` })),
  },
  {
    id: "retry-condition-none",
    source: "https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/route/retry/retry.go",
    check: ({ traffic: { retries } }) => (retries?.on?.length === 0 ? [{ path: "retries.on", message: "is empty, for which Istio would take its own conditions", allowed: "one condition at least", fix: "Leave it out for the platform's, or leave out `retries`." }] : []),
  },
  {
    id: "retry-condition-grpc",
    source: "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-grpc-on",
    check: ({ app: { protocol }, traffic: { retries } }) =>
      protocol === "grpc"
        ? []
        : (retries?.on ?? []).filter((word) => grpcConditions.includes(word)).map((word) => ({ path: "retries.on", message: "names an answer of gRPC, which the app doesn't speak: nothing would be tried again", given: word, allowed: `${httpConditions.join(", ")}, or a status`, fix: "Choose another condition, or set port.protocol to grpc." })),
  },
];
