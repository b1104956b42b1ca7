import * as fc from "fast-check";
import { written } from "../../stacks/config/shapeProblems";
import { changed, RawConfig } from "../stacks/config/validConfig";
import { conflicts } from "./conflicts";
import { guid } from "./texts";
import { validConfigs } from "./validConfigs";

/** A config that must be refused. */
export interface InvalidConfig {
  readonly config: RawConfig;
  /** Where: a problem is there, or at what it stands in. */
  readonly path: string;
  /** What is in the config where a secret may stand, and must be in no message. */
  readonly secret?: string;
}

/** A place in a config: the keys and numbers that lead to it. */
type Place = readonly (string | number)[];

/** Every place in a value, but the value itself. */
function placesIn(value: unknown, above: Place = []): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const entries: (readonly [string | number, unknown])[] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, inner]) => [[...above, key], ...placesIn(inner, [...above, key])]);
}

/** A copy of a value in which another stands at a place. */
export function withAt(value: unknown, place: Place, put: (old: unknown) => unknown): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return put(value);
  if (Array.isArray(value)) return value.map((inner, index) => (index === key ? withAt(inner, rest, put) : inner));
  const old = value as RawConfig;
  return { ...old, [key]: withAt(old[key], rest, put) };
}

/** A config with one of its places. */
export const placed: fc.Arbitrary<readonly [RawConfig, Place]> = validConfigs.chain((config) => fc.tuple(fc.constant(config), fc.constantFrom(...placesIn(config))));

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

// Names of nobody and of what every object has.
const noKey = fc.constantFrom("Not a key", "adminPassword", "toString", "constructor", "__proto__ ", "");

/** With a key too many, in any map: in those that take a user's own keys, its value has no shape that they take. */
const withUnknownKey = fc.tuple(placed, noKey, guid).map(([[config, place], key, secret]): InvalidConfig => {
  const maps = [[], ...place.map((_, index) => place.slice(0, index + 1))].filter((candidate) => isObject(at(config, candidate)));
  const map = maps.at(-1) ?? [];
  return { config: withAt(config, map, (old) => ({ ...(old as RawConfig), [key]: { value: { value: secret } } })) as RawConfig, path: written([...map, key]), secret };
});

/** With a map or a list where something else belongs. */
const withWrongType = fc.tuple(placed, guid).map(([[config, place], secret]): InvalidConfig => ({
  config: withAt(config, place, (old) => (isObject(old) ? [secret] : { value: secret })) as RawConfig,
  path: written(place),
  secret,
}));

const needed = ["environment", "azure", "azure.tenantId", "azure.subscriptionId", "azure.location", "azure.workload", "access", "access.deployers", "certificates", "certificates.email", "dns", "dns.zone", "dns.resourceGroup", "domain"];

/** Without something that has no default. */
const withoutNeeded = fc.tuple(validConfigs, fc.constantFrom(...needed)).map(([config, path]): InvalidConfig => ({ config: changed(structuredClone(config), { [path]: undefined }), path }));

/** What each number may be. */
const limits: Readonly<Record<string, readonly [min: number, max: number]>> = {
  "network.natAddresses": [1, 8],
  "cluster.pools.system.minCount": [2, 1000],
  "cluster.pools.user.maxCount": [1, 1000],
  "cluster.pools.ingress.maxPods": [10, 250],
  "cluster.upgrades.window.hours": [4, 24],
  "registry.retentionDays": [0, 365],
  "storage.deleteRetentionDays": [1, 365],
  "monitoring.retentionDays": [30, 730],
  "frontDoor.firewall.rateLimitPerMinute": [10, 1_000_000],
  "frontDoor.responseTimeoutSeconds": [16, 240],
  "prometheus.retentionDays": [1, 365],
  "prometheus.sizeGi": [8, 4095],
};

/** With a number that is too small, too large, or no whole one. */
const withWrongNumber = fc
  .tuple(validConfigs, fc.constantFrom(...Object.entries(limits)), fc.integer({ min: 1 }), fc.constantFrom("below", "above", "between"))
  .map(([config, [path, [min, max]], distance, side]): InvalidConfig => {
    const value = { below: min - distance, above: max + distance, between: min + 0.5 }[side];
    return { config: changed(structuredClone(config), { [path]: value }), path };
  });

/** With things that do not go together, or that nobody has. */
const withConflict = fc.tuple(validConfigs, fc.constantFrom(...conflicts)).map(([config, { path, break: broken }]): InvalidConfig => ({ config: broken(structuredClone(config)), path }));

/** A config with one thing that the schema or a rule does not allow. */
export const invalidConfigs: fc.Arbitrary<InvalidConfig> = fc.oneof(withUnknownKey, withWrongType, withoutNeeded, withWrongNumber, withConflict);

/** What stands at a place. */
function at(value: unknown, place: Place): unknown {
  return place.reduce<unknown>((inner, key) => (inner as Readonly<Record<string | number, unknown>>)[key], value);
}
