import { Image } from "./versions";

/** Where the cluster takes its images from. */
export interface ImageSource {
  /**
   * The address of a registry that has every image of the platform, under the path that it has where its maker publishes it:
   * `istio/pilot` for `docker.io/istio/pilot`. Default: each image comes from its maker's registry.
   */
  readonly registry?: string;
}

/**
 * The address of an image, as a pod names it.
 *
 * @example
 * imageReference(images.istioPilot, {});                                  // docker.io/istio/pilot:1.31.1
 * imageReference(images.istioPilot, { registry: "crdev.azurecr.io" });    // crdev.azurecr.io/istio/pilot:1.31.1
 */
export function imageReference(image: Image, source: ImageSource): string {
  return `${registryOf(image, source)}/${image.repository}:${image.tag}`;
}

/** An image as most charts take it. */
export interface ImageParts {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
}

/** An image in the parts that most charts take under `image`. */
export function imageParts(image: Image, source: ImageSource): ImageParts {
  return { registry: registryOf(image, source), repository: image.repository, tag: image.tag };
}

/** The address of an image without its name and tag: what Istio's charts call the hub. */
export function imageHub(image: Image, source: ImageSource): string {
  return [registryOf(image, source), ...image.repository.split("/").slice(0, -1)].join("/");
}

/** The repositories that images come from, as `docker.io/istio/pilot`; each once, in alphabetical order. */
export function upstreamRepositories(images: Readonly<Record<string, Image>>): string[] {
  return [...new Set(Object.values(images).map(({ registry, repository }) => `${registry}/${repository}`))].sort();
}

function registryOf(image: Image, source: ImageSource): string {
  return source.registry ?? image.registry;
}
