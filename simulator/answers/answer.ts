import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { Created } from "../cloud";
import { Properties } from "../engine/values";
import { Resource } from "../resource";
import { World } from "../world";

type Partially<T> = T extends (infer Item)[] ? Partially<Item>[] : T extends object ? { [Key in keyof T]?: Partially<T[Key]> } : T;

/**
 * What a cloud adds to the inputs of a resource, checked against the outputs that its SDK promises. Only what the program or a rule may
 * look at is answered.
 */
type Additions<R extends pulumi.CustomResource> = { [Key in keyof R]?: R[Key] extends pulumi.Output<infer Value> ? Partially<Value> : never };

/** How a type of resource is made: its id, and what the cloud adds. */
export type Answer = (resource: Resource, world: World) => Created;

/**
 * A resource of Azure in a resource group. Its id is the one that Azure would give it; a name that the program leaves out is made up as
 * Pulumi does, but the same in every run. `path` is each segment of the id after the provider's name, with the input that names it.
 */
export function azure<R extends pulumi.CustomResource>(
  provider: string,
  path: readonly (readonly [segment: string, input: string])[],
  add: (resource: Resource, id: string, world: World) => Additions<R> = () => ({}),
): Answer {
  return (resource, world) => {
    const group = textOf(resource, "resourceGroupName");
    const parts = path.map(([segment, input], index) => {
      const name = resource.text(input) ?? (index === path.length - 1 ? autoName(resource) : textOf(resource, input));
      return { segment, name };
    });
    const id = `/subscriptions/${world.client.subscriptionId}/resourceGroups/${group}/providers/${provider}${parts.map(({ segment, name }) => `/${segment}/${name}`).join("")}`;
    return { id, outputs: { name: parts.at(-1)?.name, ...add(resource, id, world) } };
  };
}

/** A resource that is made as its SDK's outputs say, with an id of its own. */
export function other<R extends pulumi.CustomResource>(id: (resource: Resource) => string, add: (resource: Resource, world: World) => Additions<R> = () => ({})): Answer {
  return (resource, world) => ({ id: id(resource), outputs: add(resource, world) as Properties });
}

/** Text that a resource can't be made without. */
export function textOf(resource: Resource, path: string): string {
  const text = resource.text(path);
  if (text === undefined) throw new Error(`${resource.urn}: the embedded cloud can't make a resource of this type without "${path}".`);
  return text;
}

/** Hexadecimal digits that stand for texts: the same in every run, others for other texts. At most 64. */
export function digits(length: number, ...texts: readonly string[]): string {
  return createHash("sha256").update(texts.join("\n")).digest("hex").slice(0, length);
}

/** A UUID that stands for texts. */
export function uuid(...texts: readonly string[]): string {
  const hex = digits(32, ...texts);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}

/** The name of a resource that the program gave none: its Pulumi name and eight digits. */
export function autoName(resource: Resource): string {
  return `${resource.name}${digits(8, resource.urn)}`;
}
