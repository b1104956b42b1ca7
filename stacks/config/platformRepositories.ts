import { upstreamRepositories } from "../../components/shared/images";
import { images } from "../../components/shared/versions";
import type { Sections } from "./schema";

/** The repositories that the registry caches for the platform's own images: none where these come from where they are published. */
export function platformRepositories({ source }: Sections["images"]): string[] {
  return source === "registry" ? upstreamRepositories(images) : [];
}
