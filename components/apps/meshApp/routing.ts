import type { IVirtualService } from "@kubernetes-models/istio/networking.istio.io/v1";
import { signInRoute } from "../../mesh/signInHost";
import { AppFacts } from "./facts";
import { AppFaults, AppRetries, AppRoute, AppTraffic, HeaderMatch } from "./traffic";

type Spec = NonNullable<IVirtualService["spec"]>;
type HttpRule = NonNullable<Spec["http"]>[number];
type Headers = Readonly<Record<string, HeaderMatch>>;

/** How long a request may take where nothing else is said. */
export const defaultTimeout = "15s";

/** After these the app got nothing of the request, so that any request can be repeated. Istio leaves out 503 for the same reason. */
export const defaultRetryOn = ["connect-failure", "refused-stream", "reset-before-request"] as const;

/**
 * The routes of an app for its callers inside the mesh.
 *
 * Exported to all namespaces, whatever the mesh's default is: the proxies of the callers need it, and who may call is not decided here.
 *
 * @source https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */
export function meshRoutes(app: AppFacts, traffic: AppTraffic): Spec {
  return { hosts: [app.address], exportTo: ["*"], http: httpRules(app, traffic) };
}

/**
 * The same routes for the requests that come in by the gateway, for the app's hosts. Where these ask for a sign-in, its pages come first: a route of
 * the app's own by headers would otherwise take them over where its object is the older one.
 */
export function hostRoutes(app: AppFacts, traffic: AppTraffic): Spec {
  return { hosts: [...app.hosts], gateways: [app.gateway], exportTo: ["*"], http: [...(app.signInPages ? [signInRoute(app.signInPages)] : []), ...httpRules(app, traffic)] };
}

/** The routes in their order, then the split by weights; each first for the requests that are broken on purpose, where only some are. */
function httpRules(app: AppFacts, traffic: AppTraffic): HttpRule[] {
  const { routes = {}, faults } = traffic;
  const rules = [...Object.entries(routes).map(([key, route]) => routeRule(key, route, app)), splitRule(app)];
  return rules.flatMap(({ name, headers, route }) => {
    const settings = { route, ...mirrorOf(app, traffic, route), timeout: traffic.timeout ?? defaultTimeout, retries: retriesOf(traffic.retries) };
    const plain = { name, ...matching(headers), ...settings };
    if (faults === undefined) return [plain];
    if (faults.headers === undefined) return [{ ...plain, fault: faultOf(faults) }];
    return [{ name: `${name}-faults`, ...matching({ ...headers, ...faults.headers }), ...settings, fault: faultOf(faults) }, plain];
  });
}

interface Rule {
  readonly name: string;
  readonly headers: Headers;
  readonly route: NonNullable<HttpRule["route"]>;
}

function routeRule(name: string, { version, headers }: AppRoute, app: AppFacts): Rule {
  return { name, headers, route: [{ destination: destination(app, version) }] };
}

/** What no route takes. A version without weight gets nothing, so that it has no part in it. */
function splitRule(app: AppFacts): Rule {
  const parts = Object.entries(app.versions).filter(([, { weight }]) => weight > 0);
  const split = parts.length > 1;
  return { name: app.app, headers: {}, route: parts.map(([version, { weight }]) => ({ destination: destination(app, version), ...(split && { weight }) })) };
}

function destination({ address, servicePort }: AppFacts, subset: string): { host: string; subset: string; port: { number: number } } {
  return { host: address, subset, port: { number: servicePort } };
}

/** No match at all where nothing is asked of the headers: then the rule is for every request. */
function matching(headers: Headers): Pick<HttpRule, "match"> {
  if (Object.keys(headers).length === 0) return {};
  return { match: [{ headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { ...value }])) }] };
}

/** The copy that a version gets, but not of the requests that go to it anyway. */
function mirrorOf(app: AppFacts, { mirror }: AppTraffic, route: Rule["route"]): Pick<HttpRule, "mirror" | "mirrorPercentage"> {
  if (mirror === undefined || route.some(({ destination: { subset } }) => subset === mirror.version)) return {};
  return { mirror: destination(app, mirror.version), mirrorPercentage: { value: mirror.percent ?? 100 } };
}

/** Always said: without it Istio tries twice more. */
function retriesOf(retries: AppRetries | undefined): NonNullable<HttpRule["retries"]> {
  if (retries === undefined) return { attempts: 0 };
  return { attempts: retries.attempts, perTryTimeout: retries.perTryTimeout, retryOn: (retries.on ?? defaultRetryOn).join(",") };
}

function faultOf({ abort, delay }: AppFaults): NonNullable<HttpRule["fault"]> {
  return {
    ...(abort && { abort: { httpStatus: abort.status, percentage: { value: abort.percent } } }),
    ...(delay && { delay: { fixedDelay: delay.duration, percentage: { value: delay.percent } } }),
  };
}
