import { Problem } from "../shared/errors";

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is wrong with a list of object ids in Entra ID: one that is none, and one that stands there twice, for which Azure would refuse the second grant. */
export function objectIdProblems(path: string, ids: readonly string[]): Problem[] {
  const malformed = ids.filter((id) => !guid.test(id)).map((given) => ({ path, message: "is not an object id", given, allowed: "a GUID" }));
  return [...malformed, ...listedTwice(path, ids)];
}

/** A problem for each text that stands in a list a second time, in whatever case. */
export function listedTwice(path: string, values: readonly string[]): Problem[] {
  const twice = values.filter((value, index) => values.findIndex((other) => other.toLowerCase() === value.toLowerCase()) !== index);
  return twice.map((given) => ({ path, message: "is listed twice", given, fix: "Keep one." }));
}
