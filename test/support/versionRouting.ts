import { isDeepStrictEqual } from "node:util";
import { RE2JS } from "re2js";
import { Plan } from "../../simulator/engine/plan";
import { objectsOf } from "./meshAccess";

/*
 * Which version of an app gets a request, as the VirtualServices and DestinationRules of a plan decide it. It knows what an app's objects use and
 * throws on anything else.
 * https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */

type Headers = Readonly<Record<string, string>>;

/** What a header must be like. */
export interface TextMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

/** What becomes of a request: the share of it that each set of pods gets, by its label `version`, and what happens on the way. */
export interface Routed {
  /** The rule that takes it. */
  readonly rule: string;
  /** In percent. */
  readonly versions: Readonly<Record<string, number>>;
  readonly copiedTo?: string;
  readonly broken: boolean;
}

interface Destination {
  readonly host: string;
  readonly subset: string;
}

/** A rule of a VirtualService. */
export interface Rule {
  readonly name: string;
  readonly match?: readonly { readonly uri?: TextMatch; readonly headers?: Readonly<Record<string, TextMatch>> }[];
  readonly route: readonly { readonly destination: Destination; readonly weight?: number }[];
  readonly mirror?: Destination;
  readonly fault?: object;
}

interface RoutesSpec {
  readonly hosts: readonly string[];
  readonly gateways?: readonly string[];
  readonly http: readonly Rule[];
}

interface DestinationSpec {
  readonly host: string;
  readonly subsets: readonly { readonly name: string; readonly labels: Headers }[];
}

/** Whether a header has the value that is asked for. */
export function headerFits({ exact, prefix, regex }: TextMatch, value: string | undefined): boolean {
  if (value === undefined) return false;
  if (exact !== undefined) return value === exact;
  return prefix !== undefined ? value.startsWith(prefix) : RE2JS.compile(String(regex)).matches(value);
}

/** The rule that takes a request, of objects for one host from the oldest to the newest: Istio puts their rules together, those for every request last. */
export function takenBy(http: readonly Rule[], headers: Headers, path = "/"): Rule | undefined {
  const inOrder = [...http.filter(({ match }) => match), ...http.filter(({ match }) => !match)];
  return inOrder.find(({ match }) => match === undefined || match.some((condition) => (condition.uri === undefined || headerFits(condition.uri, path)) && Object.entries(condition.headers ?? {}).every(([name, text]) => headerFits(text, headers[name]))));
}

/** Follows a request to a host, by a gateway or from inside the mesh. */
export function routed(plan: Plan, host: string, headers: Headers, gateway = "mesh"): Routed {
  const objects = (objectsOf(plan, "VirtualService") as unknown as { spec: RoutesSpec }[]).filter(({ spec }) => spec.hosts.includes(host) && (spec.gateways ?? ["mesh"]).includes(gateway));
  const [object, other] = objects;
  if (object === undefined || other !== undefined) throw new Error(`${objects.length} VirtualServices are for ${host} on ${gateway}`);
  const rule = takenBy(object.spec.http, headers);
  if (rule === undefined) throw new Error(`No rule takes the request to ${host}`);
  const [only, ...more] = rule.route;
  const shares = more.length === 0 && only ? [{ ...only, weight: 100 }] : rule.route;
  return {
    rule: rule.name,
    versions: Object.fromEntries(shares.map(({ destination, weight = 0 }) => [versionOf(plan, destination), weight])),
    ...(rule.mirror && { copiedTo: versionOf(plan, rule.mirror) }),
    broken: rule.fault !== undefined,
  };
}

/** The pods that a destination stands for. */
function versionOf(plan: Plan, { host, subset }: Destination): string {
  const rules = (objectsOf(plan, "DestinationRule") as unknown as { spec: DestinationSpec }[]).filter(({ spec }) => spec.host === host);
  const labels = rules.flatMap(({ spec }) => spec.subsets).find(({ name }) => name === subset)?.labels;
  if (rules.length !== 1 || labels?.["version"] === undefined || !isDeepStrictEqual(Object.keys(labels), ["version"])) throw new Error(`${host} has no subset ${subset}`);
  return labels["version"];
}
