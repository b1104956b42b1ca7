import * as pulumi from "@pulumi/pulumi";
import { Problem } from "../../shared/errors";

// As registries and container runtimes read it. https://github.com/distribution/reference/blob/main/regexp.go
const label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
const part = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const reference = new RegExp(`^${label}(?:\\.${label})*(?::\\d+)?(?:/${part})+(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@sha256:(?<digest>[0-9a-f]{64}))?$`);

/** What is wrong with the image of a team's own, as far as it is plain text: it is no address of one, or the program that it names can change while nothing else does. */
export function imageProblems(path: string, image: pulumi.Input<string>): Problem[] {
  if (typeof image !== "string") return [];
  const found = reference.exec(image);
  if (found === null) return [{ path, message: "is not the address of an image", given: JSON.stringify(image), allowed: "registry.example.com/apps/message:1.4.2, without https:// and with the repository in lower case" }];
  const { tag, digest } = found.groups ?? {};
  if (digest !== undefined || (tag !== undefined && tag !== "latest")) return [];
  return [{ path, message: "does not say which image for good", given: image, allowed: "an address with a tag other than `latest`, or a digest: registry.example.com/apps/message:1.4.2" }];
}
