import { Policy, Violation } from "../policy";
import { types } from "../types";
import { Image, imagesIn } from "./imagesIn";
import { retiredImages } from "./retired";

// A policy pack is not told which values are secret, and a repository may be: messages name the place in the resource, not what is there.

/** A policy for each image. */
function eachImage(check: (image: Image) => string | undefined): Policy["check"] {
  return (stack) => imagesIn(stack).flatMap((image): Violation[] => {
    const message = check(image);
    return message === undefined ? [] : [{ urn: image.urn, message }];
  });
}

/** Images are there, and stay what they are. */
export const imagePolicies: readonly Policy[] = [
  {
    id: "image-retired",
    group: "delivery",
    level: "error",
    title: "An image comes from a place that still serves it.",
    fix: "Take it from where its project publishes it today.",
    source: "https://github.com/bitnami/containers/issues/83267",
    check: eachImage(({ path, repository }) => {
      const place = retiredImages.find(({ prefix }) => repository.startsWith(prefix));
      return place && `${path} is from ${place.prefix}, which can't be relied on: ${place.why}.`;
    }),
  },
  {
    id: "image-tag",
    group: "delivery",
    level: "error",
    title: "An image is named by a version or a digest.",
    fix: "Name the version that was tested, best with its digest.",
    source: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    check: eachImage(({ path, tag, digest, inValues }) => {
      if (digest || (inValues && tag === "")) return undefined;
      if (tag === "") return `${path} has no tag, which is latest: what runs changes with the next pull.`;
      return /(^|-)latest$/.test(tag) ? `${path} has the tag latest, or one that ends so: it is another image with the next pull.` : undefined;
    }),
  },
  {
    id: "image-registry",
    group: "delivery",
    level: { dev: "off", staging: "info", prod: "warning" },
    title: "Images come from the platform's own registry.",
    fix: "Have the registry cache it, and name it there.",
    source: "https://learn.microsoft.com/azure/container-registry/artifact-cache-overview",
    check(stack) {
      const names = stack.ofType(types.registry).map((registry) => registry.text("registryName"));
      const own = (image: Image): boolean => names.some((name) => name === undefined || image.repository === "" || image.repository.startsWith(`${name}.azurecr.io/`));
      return names.length === 0 ? [] : imagesIn(stack).filter((image) => !own(image)).map(({ urn, path }) => ({ urn, message: `${path} is pulled from outside: no pod starts while that place is away or refuses.` }));
    },
  },
];
