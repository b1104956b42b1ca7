import * as fc from "fast-check";

/*
 * Texts as a config holds them: names of one form or another, and free text with what the languages trip over that it ends up in.
 */

const lower = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const awkward = ` \n\t'"\`$\\{}[]()<>|&#%*?!@=+~^:;,._/-é漢😀`;

/** A text of some length, each of its characters from a set. */
export function of(characters: string, minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength, size: "max" });
}

/** A text that a regular expression fits, made from a set of characters. */
export function fitting(form: RegExp, characters: string, minLength: number, maxLength: number): fc.Arbitrary<string> {
  return of(characters, minLength, maxLength).filter((text) => form.test(text));
}

/** Free text: what quotes, ends or begins something in YAML, JSON, TOML, HTML, a shell or a template is in it. */
export function freeText(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return of(lower + digits + awkward, minLength, maxLength);
}

/** A label of a DNS name. */
export const label: fc.Arbitrary<string> = fc
  .tuple(of(lower + digits, 1, 1), of(`${lower}${digits}-`, 0, 61), of(lower + digits, 1, 1))
  .chain(([first, inner, last]) => fc.constantFrom(first, first + last, first + inner + last));

/** Part of a resource's name: 2 to 8 lower-case letters and digits. */
export const namePart: fc.Arbitrary<string> = fc.tuple(of(lower, 1, 1), of(lower + digits, 1, 7)).map((parts) => parts.join(""));

/** The written reason for an exception. */
export const reason: fc.Arbitrary<string> = fc.tuple(of(lower, 1, 1), freeText(8, 80), of(lower, 1, 1)).map((parts) => parts.join(""));

/** A GUID, its letters of either case. */
export const guid: fc.Arbitrary<string> = fc.oneof(
  fc.uuid(),
  fc.uuid().map((text) => text.toUpperCase()),
);

/** A value under each of some keys. */
export function under<T>(key: fc.Arbitrary<string>, value: fc.Arbitrary<T>, maxKeys = 3): fc.Arbitrary<Record<string, T>> {
  return fc.dictionary(key, value, { maxKeys, noNullPrototype: true });
}

/** Settings of which each may be left out. */
export function some<T extends object>(settings: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<Partial<T>> {
  return fc.record<T, never>(settings, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Partial<T>>;
}

/** Settings of which each is given. */
export function each<T extends object>(settings: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> {
  return fc.record<T>(settings, { noNullPrototype: true }) as fc.Arbitrary<T>;
}
