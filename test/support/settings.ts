import { RecordedResource } from "../../simulator/engine/plan";
import { inputs } from "./record";

/** One setting, at whatever depth: its key, its value, and the object that it stands in. */
export interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly beside: Readonly<Record<string, unknown>>;
}

/** Every setting in a value, those of its objects and lists included. */
export function settingsIn(value: unknown): Setting[] {
  if (Array.isArray(value)) return value.flatMap(settingsIn);
  if (typeof value !== "object" || value === null) return [];
  const beside = value as Record<string, unknown>;
  return Object.entries(beside).flatMap(([key, inner]) => [{ key, value: inner, beside }, ...settingsIn(inner)]);
}

/** What an object in the cluster or a release of a chart is called, as `Deployment echo/echo` or `Release prometheus/prometheus`. */
export function calledInCluster(resource: RecordedResource): string {
  const made = inputs(resource) as { readonly name?: string; readonly namespace?: string; readonly kind?: string; readonly metadata?: { readonly name: string; readonly namespace?: string } };
  const { name, namespace } = made.metadata ?? made;
  return `${made.kind ?? resource.type.split(":").at(-1)} ${namespace ?? ""}/${name ?? ""}`;
}

/** Whether a resource is an object in the cluster, or a release of a chart. */
export function isInCluster({ type }: RecordedResource): boolean {
  return type.startsWith("kubernetes:");
}
