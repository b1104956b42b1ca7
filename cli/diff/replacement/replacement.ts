import { isRecord, Properties, Secret } from "../../../simulator/engine/values";
import { Replacement } from "../model";
import { azureProperties } from "./azure";
import { kubernetesProperties } from "./kubernetes";
import { otherProperties } from "./others";

/**
 * The properties of a type that can't be changed in place, as paths without the places in lists: `spec.selector` is everything below it
 * too, and `*` is any property.
 */
export interface Replacing {
  /** A change of one has the resource made anew. */
  readonly yes: readonly string[];
  /** A change may have it made anew, be refused, or go through, which depends on the service and on the values. */
  readonly unsure: readonly string[];
  /** Where that is written down. */
  readonly source: string;
}

/** What a table needs to know of a resource besides its type. */
export interface Circumstances {
  /** Its inputs now. */
  readonly inputs: Properties;
  /** Those of its provider, where that is in the program. */
  readonly provider?: Properties;
}

/** The properties of a type that can't be changed in place; nothing where no table knows the type. */
export function replacingProperties(type: string, circumstances: Circumstances): Replacing | undefined {
  const [pkg] = type.split(":");
  if (pkg === "azure-native") return azureProperties(type);
  if (pkg === "kubernetes") return kubernetesProperties(type, circumstances);
  return otherProperties(type, circumstances);
}

/** Whether a change at a path forces a replacement; what is added or removed there is looked into. */
export function forces(replacing: Replacing, keys: readonly string[], ...values: readonly unknown[]): Replacement {
  if (replacing.yes.some((pattern) => covers(pattern, keys, values))) return "yes";
  return replacing.unsure.some((pattern) => covers(pattern, keys, values)) ? "unsure" : "no";
}

function covers(pattern: string, keys: readonly string[], values: readonly unknown[]): boolean {
  if (pattern === "*") return true;
  const wanted = pattern.split(".");
  const shared = Math.min(wanted.length, keys.length);
  if (wanted.slice(0, shared).some((key, index) => key !== keys[index])) return false;
  const below = wanted.slice(shared);
  return below.length === 0 || values.some((value) => has(value, below));
}

function has(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  if (value instanceof Secret) return has(value.value, [key, ...rest]);
  if (Array.isArray(value)) return value.some((element) => has(element, [key, ...rest]));
  return isRecord(value) && value[key] !== undefined && has(value[key], rest);
}
