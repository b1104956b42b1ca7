import { isRecord } from "../../simulator/engine/values";
import { containersOf, podSpecOf } from "../../simulator/kubernetes/objects";
import { Reading } from "../../simulator/resource";
import { PolicyResource, PolicyStack } from "../policy";
import { podTypes, types } from "../types";

/** An image that something runs, as far as it is known. */
export interface Image {
  readonly urn: string;
  /** Registry and repository, with the registry that an unnamed one stands for: `docker.io/library/redis`. */
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
  const found = known.get(stack) ?? [...stack.ofType(...podTypes).flatMap(ofPods), ...stack.ofType(types.release).flatMap((release) => inValues(release.urn, release.get("values"), ""))];
  known.set(stack, found);
  return found;
}

function ofPods(resource: PolicyResource): Image[] {
  const pod = podSpecOf(resource);
  return pod === undefined ? [] : containersOf(pod).flatMap((container) => imageOf(resource.urn, container.text("image"), false));
}

function inValues(urn: string, value: unknown, key: string): Image[] {
  // Istio's charts write a container's image so where the injector is to fill it in.
  if (typeof value === "string") return key === "image" && value !== "auto" ? imageOf(urn, value, true) : key === "hub" ? imageOf(urn, `${value}/`, true) : [];
  if (Array.isArray(value)) return value.flatMap((inner) => inValues(urn, inner, ""));
  if (!isRecord(value)) return [];
  const reading = new Reading(value);
  const repository = reading.text("repository");
  if (repository === undefined || !/image$/i.test(key)) return Object.entries(value).flatMap(([inner, part]) => inValues(urn, part, inner));
  const tag = reading.text("tag");
  return imageOf(urn, [reading.text("registry"), repository].filter((part) => part !== undefined && part !== "").join("/") + (tag === undefined ? "" : `:${tag}`), true);
}

/** Reads an image's reference. https://pkg.go.dev/github.com/distribution/reference */
function imageOf(urn: string, reference: string | undefined, fromValues: boolean): Image[] {
  if (reference === undefined) return [];
  const [named = "", digest] = reference.split("@");
  const [, path = named, tag = ""] = /^(.*?)(?::([^:/]*))?$/.exec(named) ?? [];
  const [host = "", ...rest] = path.split("/");
  const isHost = rest.length > 0 && /[.:]|^localhost$/.test(host);
  const repository = isHost ? path : rest.length > 0 ? `docker.io/${path}` : `docker.io/library/${path}`;
  return [{ urn, repository, tag, digest: digest !== undefined, inValues: fromValues }];
}
