import { Problem } from "../../../shared/errors";
import { AppFacts } from "../facts";
import { AppTraffic, HeaderMatch } from "../traffic";

/** What the rules about an app's traffic look at. */
export interface TrafficSettings {
  readonly app: AppFacts;
  readonly traffic: AppTraffic;
}

export const virtualService = "https://istio.io/latest/docs/reference/config/networking/virtual-service/";
export const destinationRule = "https://istio.io/latest/docs/reference/config/networking/destination-rule/";
export const istioValidation = "https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go";

/** Headers that are asked for, each with its path and what its value must be like. */
export function headerMatches({ traffic: { routes = {}, faults } }: TrafficSettings): { path: string; name: string; match: HeaderMatch }[] {
  const maps: [string, Readonly<Record<string, HeaderMatch>>][] = [
    ...Object.entries(routes).map(([key, { headers }]): [string, Readonly<Record<string, HeaderMatch>>] => [`routes.${key}.headers`, headers]),
    ["faults.headers", faults?.headers ?? {}],
  ];
  return maps.flatMap(([path, headers]) => Object.entries(headers).map(([name, match]) => ({ path: `${path}.${name}`, name, match })));
}

/** The text that a value is compared with, whatever the way. */
export function textOf(match: HeaderMatch): string {
  return Object.values(match).join("");
}

/** A problem for each number that is given and isn't whole or is out of range. */
export function wholeNumbers(numbers: Readonly<Record<string, number | undefined>>, min: number, max: number): Problem[] {
  return Object.entries(numbers)
    .filter((entry): entry is [string, number] => entry[1] !== undefined && !(Number.isInteger(entry[1]) && entry[1] >= min && entry[1] <= max))
    .map(([path, value]) => ({ path, message: "is not a whole number in range", given: String(value), allowed: `${min} to ${max}` }));
}

/** A problem for each share of requests that is given and is none. Envoy counts to the millionth. */
export function shares(percents: Readonly<Record<string, number | undefined>>): Problem[] {
  return Object.entries(percents)
    .filter((entry): entry is [string, number] => entry[1] !== undefined && !(entry[1] >= 0.0001 && entry[1] <= 100))
    .map(([path, value]) => ({ path, message: "is not a share of requests", given: String(value), allowed: "0.0001 to 100 percent", fix: "Leave it out where none is meant." }));
}

/** A problem for a version that the app doesn't have. */
export function unknownVersion(path: string, version: string, { versions }: AppFacts): Problem[] {
  if (Object.hasOwn(versions, version)) return [];
  return [{ path, message: "names a version that the app doesn't have: its requests would get 503", given: version, allowed: Object.keys(versions).join(", "), fix: "Name one of its versions, or add this one to `versions`." }];
}
