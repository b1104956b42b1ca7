import { KubeObject, nameOf } from "../lab/kube";
import { Change } from "./claim";

type Path = readonly (string | number)[];

/** The one object of that name. */
export function named(objects: readonly KubeObject[], name: string): KubeObject {
  const found = objects.filter((object) => nameOf(object) === name);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`The program plans ${found.length} objects called ${name}.`);
  return found[0];
}

/** A part of an object; undefined where it has none. */
export function partOf(object: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, key) => (isContainer(part) ? part[key] : undefined), object);
}

/** An object with one part other than it was. */
export function changed(object: KubeObject, { at = [], value }: Change): KubeObject {
  const copy = structuredClone(object);
  const holder = partOf(copy, at.slice(0, -1));
  const key = at.at(-1);
  if (!isContainer(holder) || key === undefined) throw new Error(`${nameOf(object)} has no ${at.join(".")}.`);
  if (value !== undefined) holder[key] = value;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
  return copy;
}

/** An object or a list: what has parts. */
function isContainer(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}
