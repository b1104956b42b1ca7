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
  /** When the provider deletes the old one before it makes the new one; it never does so where this is absent. */
  readonly deletedFirst?: DeletedFirst;
}

/** Two things of one name can't be there at the same time. */
export interface DeletedFirst {
  /** The path of its name: one that Pulumi makes up is another one each time, and the old one stays for as long. */
  readonly given: string;
  /** What else makes up its name, where a new name has the old one stay. Default: it goes first then too. */
  readonly unlessChanged?: readonly string[];
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

/** What stands in a property in the places whose change forces a replacement, or may. */
export function forcingValues({ yes, unsure }: Replacing, key: string, value: unknown): unknown[] {
  return [...yes, ...unsure].flatMap((pattern) => {
    const [first, ...rest] = pattern.split(".");
    return pattern === "*" ? [value] : first === key ? valuesAt(value, rest) : [];
  });
}

function covers(pattern: string, keys: readonly string[], values: readonly unknown[]): boolean {
  if (pattern === "*") return true;
  const wanted = pattern.split(".");
  const shared = Math.min(wanted.length, keys.length);
  if (wanted.slice(0, shared).some((key, index) => key !== keys[index])) return false;
  const below = wanted.slice(shared);
  return below.length === 0 || values.some((value) => valuesAt(value, below).length > 0);
}

/** The values at a path, in which `*` is any key, of each element where a list is on the way; none where there is nothing. */
export function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [key, ...rest] = path;
  if (key === undefined) return [value];
  if (value instanceof Secret) return valuesAt(value.value, path);
  if (Array.isArray(value)) return value.flatMap((element) => valuesAt(element, path));
  if (key === "*" && isRecord(value)) return Object.values(value).flatMap((inner) => valuesAt(inner, rest));
  return isRecord(value) && value[key] !== undefined ? valuesAt(value[key], rest) : [];
}
