import { Registration } from "../../../simulator/cloud";
import { Properties, isRecord } from "../../../simulator/engine/values";
import { testSubscription } from "../../support/record";

/** A rule with the smallest registrations that trip it, and a twin that passes. The rule speaks of the last one of each. */
export type Row = readonly [id: string, refused: readonly Registration[], passes: readonly Registration[]];

/** Properties with dots in their paths, laid over others; `undefined` takes one away. */
export type Changes = Readonly<Record<string, unknown>>;

export const urnOf = (type: string, name: string): string => `urn:pulumi:dev::test::${type}::${name}`;

/** Something to register, after others. */
export function registration(type: string, name: string, inputs: Properties, changes: Changes = {}, after: readonly Registration[] = []): Registration {
  const changed = Object.entries(changes).reduce((all, [path, value]) => set(all, path.split("."), value), inputs);
  return { urn: urnOf(type, name), type, name, inputs: changed, dependencies: after.map(({ urn }) => urn) };
}

function set(properties: Properties, [key = "", ...rest]: readonly string[], value: unknown): Properties {
  const inner = properties[key];
  const changed = rest.length === 0 ? value : set(isRecord(inner) ? inner : {}, rest, value);
  return Object.fromEntries(Object.entries({ ...properties, [key]: changed }).filter(([, kept]) => kept !== undefined));
}

export const group = "rg-acme";
/** The id of a resource in the test's resource group. */
export const idOf = (path: string): string => `/subscriptions/${testSubscription}/resourceGroups/${group}/providers/${path}`;
export const location = "westeurope";

/** The same registration, after others as well. */
export function afterAll(it: Registration, others: readonly Registration[]): Registration {
  return { ...it, dependencies: [...(it.dependencies ?? []), ...others.map(({ urn }) => urn)] };
}
