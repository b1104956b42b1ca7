import * as pulumi from "@pulumi/pulumi";
import { AppVersion, MeshApp } from "azure-delivery-platform";
import { Guestbook } from "./namespace";

/** The pages, for people who have signed in. Nobody calls it inside the mesh. */
export function ui({ platform, namespace, image }: Guestbook, { host, redisPassword }: { readonly host: string; readonly redisPassword: pulumi.Output<string> }): MeshApp {
  const version = (name: string): Pick<AppVersion, "image" | "env" | "secretEnv" | "replicas"> => ({
    image: image("ui"),
    env: { VERSION: name, MESSAGE_URL: "http://message", GUESTBOOK_URL: "http://guestbook" },
    secretEnv: { REDIS_URL: pulumi.interpolate`redis://:${redisPassword}@redis:6379` },
    replicas: { min: 2, max: 4 },
  });
  return new MeshApp("ui", {
    platform,
    namespace,
    port: { containerPort: 8080 },
    // The pages of v2 are golden.
    versions: { v1: { ...version("v1"), weight: 90 }, v2: { ...version("v2"), weight: 10 } },
    routes: { browsers: { version: "v2", headers: { "user-agent": { regex: ".*(Firefox|Chrome)/.*" } } } },
    affinity: { cookie: "guestbook-pod", lifetime: "1h" },
    // One page asks for a greeting, writes and reads: more than each of these may take.
    timeout: "30s",
    hosts: [host],
    signIn: true,
  });
}
