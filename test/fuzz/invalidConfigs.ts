import * as fc from "fast-check";
import { written } from "../../stacks/config/shapeProblems";
import { changed, RawConfig } from "../stacks/config/validConfig";
import { conflicts } from "./conflicts";
import { at, isObject, Place, placesIn, withAt } from "./places";
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

/** A config with one of its places. */
export const placed: fc.Arbitrary<readonly [RawConfig, Place]> = validConfigs.chain((config) => fc.tuple(fc.constant(config), fc.constantFrom(...placesIn(config))));

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
