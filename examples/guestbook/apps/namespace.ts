import { AppNamespace, AppPlatform } from "azure-delivery-platform";

/** What every part of the guestbook needs. */
export interface Guestbook {
  readonly platform: AppPlatform;
  readonly namespace: AppNamespace;
  /** The image of a server, as `npm run images` pushed it. */
  image(server: "ui" | "message" | "book"): string;
}

/** The namespace that everything of the guestbook runs in, but for what counts its limits. */
export function guestbookOn(platform: AppPlatform, version: string): Guestbook {
  return {
    platform,
    namespace: new AppNamespace("guestbook", { platform }),
    image: (server) => `${platform.registryLoginServer}/apps/guestbook-${server}:${version}`,
  };
}
