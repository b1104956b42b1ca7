import { isRecord } from "../../simulator/engine/values";
import { podSpecOf } from "../../simulator/kubernetes/objects";
import { Reading } from "../../simulator/resource";
import { PolicyResource, PolicyStack } from "../policy";
import { chartTypes, podTypes } from "../types";

/** An image that something runs, as far as it is known. */
export interface Image {
  readonly urn: string;
  /** Where it is named, as `containers.0.image` of a pod or `values.image`. */
  readonly path: string;
  /** Registry and repository, with the registry that an unnamed one stands for: `docker.io/library/redis`. Empty where a chart's values give a tag alone. */
  readonly repository: string;
  /** Empty where none is given. */
  readonly tag: string;
  readonly digest: boolean;
  /** True where a chart's values name it: without a tag it is then the chart's own. */
  readonly inValues: boolean;
}

const known = new WeakMap<PolicyStack, readonly Image[]>();

/** The images of all pods, and those that the values of charts name. */
export function imagesIn(stack: PolicyStack): readonly Image[] {
  const found = known.get(stack) ?? [...stack.ofType(...podTypes).flatMap(ofPods), ...stack.ofType(...chartTypes).flatMap((release) => inValues(release.urn, release.get("values"), "values"))];
  known.set(stack, found);
  return found;
}

function ofPods(resource: PolicyResource): Image[] {
  const pod = podSpecOf(resource);
  return ["initContainers", "containers"].flatMap((list) => pod?.items(list).flatMap((container, index) => imageOf(resource.urn, `${list}.${index}.image`, container.text("image"), false)) ?? []);
}

function inValues(urn: string, value: unknown, path: string): Image[] {
  const key = path.split(".").at(-1) ?? "";
  // Istio's charts write a container's image so where the injector is to fill it in.
  if (typeof value === "string") return key === "image" && value !== "auto" ? imageOf(urn, path, value, true) : [];
  if (Array.isArray(value)) return value.flatMap((inner, index) => inValues(urn, inner, `${path}.${index}`));
  if (!isRecord(value)) return [];
  const reading = new Reading(value);
  const [repository, tag, digest] = [reading.text("repository"), after(":", reading.text("tag")), after("@", reading.text("digest"))];
  if (/image$/i.test(key) && repository !== undefined) return imageOf(urn, path, [reading.text("registry"), repository].filter((part) => part !== undefined && part !== "").join("/") + tag + digest, true);
  const inner = Object.entries(value).flatMap(([name, part]) => inValues(urn, part, `${path}.${name}`));
  // Istio's charts put a hub and a tag beside each other, for all of their images.
  const hub = reading.text("hub");
  if (hub !== undefined) return [...inner, ...imageOf(urn, `${path}.hub`, `${hub}/${tag}`, true)];
  return /image$|^global$/i.test(key) && tag !== "" ? [...inner, { urn, path: `${path}.tag`, repository: "", tag: tag.slice(1), digest: digest !== "", inValues: true }] : inner;
}

/** A part of a reference with the mark before it; nothing for one that is not given. */
function after(mark: ":" | "@", part: string | undefined): string {
  return part === undefined || part === "" ? "" : mark + part;
}

/** Reads an image's reference. https://pkg.go.dev/github.com/distribution/reference */
function imageOf(urn: string, path: string, reference: string | undefined, fromValues: boolean): Image[] {
  if (reference === undefined) return [];
  const [named = "", digest] = reference.split("@");
  const [, name = named, tag = ""] = /^(.*?)(?::([^:/]*))?$/.exec(named) ?? [];
  const [host = "", ...rest] = name.split("/");
  const isHost = rest.length > 0 && /[.:]|^localhost$/.test(host);
  const repository = isHost ? name : rest.length > 0 ? `docker.io/${name}` : `docker.io/library/${name}`;
  return [{ urn, path, repository, tag, digest: digest !== undefined, inValues: fromValues }];
}
