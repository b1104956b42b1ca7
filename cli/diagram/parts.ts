import { RecordedResource } from "../../simulator/engine/plan";
import { Box, Column, Group, Theme } from "./model";

/** A box for resources; none where there is no resource. Lines that are empty or not known are left out. */
export function box(theme: Theme, column: Column, title: string, lines: readonly (string | undefined)[], resources: readonly RecordedResource[]): Box[] {
  const [first] = resources;
  if (first === undefined) return [];
  return [{ id: `${first.type.split(":").at(-1)} ${first.name}`, theme, column, title, lines: lines.flatMap((text) => text || []), urns: resources.map(({ urn }) => urn) }];
}

/** A group; none where nothing is in it. */
export function group(theme: Theme, id: string, title: string, boxes: readonly Box[], groups: readonly Group[] = []): Group[] {
  return boxes.length + groups.length === 0 ? [] : [{ id, theme, title, boxes, groups }];
}

/** A list that is cut where it gets long: the first few, and how many more. */
export function few(items: readonly string[], most = 4): string[] {
  return items.length <= most ? [...items] : [...items.slice(0, most - 1), `and ${items.length - most + 1} more`];
}

/** A line made of a value, where there is one. */
export function line<T>(value: T | undefined, write: (value: T) => string): string | undefined {
  return value === undefined ? undefined : write(value);
}
