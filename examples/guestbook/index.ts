import * as pulumi from "@pulumi/pulumi";
import { PlatformReference } from "azure-delivery-platform/reference";
import { books } from "./apps/book";
import { passwords, stores } from "./apps/data";
import { limits } from "./apps/limits";
import { message } from "./apps/message";
import { guestbookOn } from "./apps/namespace";
import { apiTokens } from "./apps/tokens";
import { ui } from "./apps/ui";

/** The guestbook, on the platform that the config names. */
export = async () => {
  const config = new pulumi.Config();
  const platform = await PlatformReference.load("platform", { stack: config.require("platform") });
  const { domain } = platform.outputs;

  const guestbook = guestbookOn(platform.app, config.require("version"));
  const secrets = passwords();
  const pages = ui(guestbook, { host: `guestbook.${domain}`, redisPassword: secrets.redis });
  const greetings = message(guestbook, { ui: pages, wisdomUrl: config.get("wisdomUrl") });
  const access = { tokens: apiTokens(config.getObject("tokens"), platform.app), callers: config.requireObject<string[]>("apiCallers") };
  const { book, api } = books(guestbook, { ui: pages, host: `guestbook-api.${domain}`, access, password: secrets.mysql });
  stores(guestbook, secrets, { ui: pages, books: { guestbook: book, "guestbook-api": api } });
  limits(guestbook, api);

  return {
    addresses: { ui: pages.address, message: greetings.address, guestbook: book.address, guestbookApi: api.address },
    hosts: { ui: pages.hosts, guestbookApi: api.hosts },
  };
};
