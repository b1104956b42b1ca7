import * as pulumi from "@pulumi/pulumi";
import { MeshApp } from "azure-delivery-platform";
import { PlatformReference } from "azure-delivery-platform/reference";

/** A team's own echo server, on the platform that the config names. */
export = async () => {
  const config = new pulumi.Config();
  const { app: platform } = await PlatformReference.load("platform", { stack: config.require("platform") });
  const version = config.require("version");

  // Not `echo`: that is the namespace of the platform's own echo server.
  const hello = new MeshApp("hello", {
    platform,
    port: { containerPort: 8080 },
    versions: { v1: { image: `${platform.registryLoginServer}/apps/echo:${version}`, env: { VERSION: version } } },
    hosts: config.getObject<string[]>("hosts") ?? [],
  });
  return { address: hello.address, hosts: hello.hosts };
};
