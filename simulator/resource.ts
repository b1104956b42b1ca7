import { Registration } from "./cloud";
import { isRecord, Properties, UNKNOWN } from "./engine/values";

/**
 * Reads properties by path without stumbling over what is absent or unknown. A path is keys with dots between them, as
 * `encryption.keyVaultProperties.identity`; a key that holds a dot itself can't be part of one.
 */
export class Reading {
  constructor(
    readonly properties: unknown,
    /** True of a patch: what it does not name is as somebody else has made it, and so not known. */
    readonly isPatch = false,
  ) {}

  /** The value at a path: `undefined` where there is none, `UNKNOWN` where it, or something on the way to it, is not known yet. */
  get(path: string): unknown {
    let value: unknown = this.properties;
    for (const key of path.split(".")) {
      if (value === UNKNOWN || (value === undefined && this.isPatch)) return UNKNOWN;
      if (!isRecord(value)) return undefined;
      value = value[key];
    }
    return value === undefined && this.isPatch ? UNKNOWN : value;
  }

  /** The object at a path; nothing where there is none, or it is not known. */
  part(path: string): Reading | undefined {
    const value = this.get(path);
    return isRecord(value) ? new Reading(value, this.isPatch) : undefined;
  }

  /** The text at a path, where it is known. */
  text(path: string): string | undefined {
    const value = this.get(path);
    return typeof value === "string" ? value : undefined;
  }

  /** The number at a path, where it is known. */
  number(path: string): number | undefined {
    const value = this.get(path);
    return typeof value === "number" ? value : undefined;
  }

  /** The texts in the list at a path; those that are not known are left out. */
  texts(path: string): string[] {
    return this.list(path).filter((value) => typeof value === "string");
  }

  /** The objects in the list at a path; of one that is not known, nothing is. */
  items(path: string): Reading[] {
    return this.list(path)
      .filter((value) => value === UNKNOWN || isRecord(value))
      .map((value) => new Reading(value, this.isPatch));
  }

  /** The keys and texts of the map at a path; those that are not known are left out. */
  map(path: string): Readonly<Record<string, string>> {
    const value = this.get(path);
    if (!isRecord(value)) return {};
    return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  }

  /** The entries of the list at a path; none where it is absent or not known. */
  list(path: string): unknown[] {
    const value = this.get(path);
    return Array.isArray(value) ? value : [];
  }

  /** True where the list at a path has one of these, or may turn out to have it. */
  mayList(path: string, ...wanted: unknown[]): boolean {
    const value = this.get(path);
    return value === UNKNOWN || (Array.isArray(value) && value.some((entry) => entry === UNKNOWN || wanted.includes(entry)));
  }

  /** True where something is surely given at a path. */
  holds(path: string): boolean {
    const value = this.get(path);
    return value !== undefined && value !== UNKNOWN;
  }

  /** True where a value is given, known or not. */
  has(path: string): boolean {
    return this.get(path) !== undefined;
  }

  /** True where the value is surely not there. */
  lacks(path: string): boolean {
    return this.get(path) === undefined;
  }

  /** True where the value is known and one of these. `undefined` stands for an absent value. */
  is(path: string, ...allowed: unknown[]): boolean {
    return allowed.includes(this.get(path));
  }

  /** True where the value is known, or surely absent, and none of these. */
  isNot(path: string, ...allowed: unknown[]): boolean {
    const value = this.get(path);
    return value !== UNKNOWN && !allowed.includes(value);
  }
}

/** A resource as the embedded cloud sees it: what the program asked for and, once it is made, what the cloud added. */
export class Resource extends Reading {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly provider: string | undefined;

  constructor(
    registration: Registration,
    override readonly properties: Properties = registration.inputs,
    /** Empty while it is not made, and always in a preview. */
    readonly id: string = "",
    isPatch = false,
  ) {
    super(properties, isPatch);
    this.urn = registration.urn;
    this.type = registration.type;
    this.name = registration.name;
    this.dependencies = registration.dependencies ?? [];
    this.provider = registration.provider;
  }
}
