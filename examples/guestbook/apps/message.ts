import { Egress, MeshApp } from "azure-delivery-platform";
import { Guestbook } from "./namespace";

/** The greetings: the ui may ask for them and for nothing else. The second version gets copies of the requests, until it is trusted with some. */
export function message({ platform, namespace, image }: Guestbook, { ui }: { readonly ui: MeshApp }): MeshApp {
  new Egress("guestbook-egress", {
    cluster: platform.cluster,
    namespace: namespace.namespace,
    ready: [...platform.ready, namespace.resource],
    entries: { wisdom: { hosts: ["api.github.com"], usedBy: { app: "message", version: "v2" }, reason: "the second version adds a line of wisdom to its greetings" } },
  });
  return new MeshApp("message", {
    platform,
    namespace,
    port: { containerPort: 8080 },
    versions: {
      v1: { image: image("message"), env: { VERSION: "v1" }, weight: 100 },
      v2: { image: image("message"), env: { VERSION: "v2", WISDOM_URL: "https://api.github.com/zen" }, weight: 0 },
    },
    mirror: { version: "v2", percent: 100 },
    timeout: "7s",
    // A greeting writes nothing, so that it may be asked for again even after a pod has answered.
    retries: { attempts: 2, perTryTimeout: "2s", on: ["connect-failure", "refused-stream", "reset-before-request", "503"] },
    connections: { max: 100, maxPendingRequests: 20, maxRequests: 100, connectTimeout: "1s" },
    outliers: { consecutive5xx: 5, interval: "10s", ejectionTime: "30s", maxEjectedPercent: 50 },
    localRateLimit: { rate: { requests: 50, unit: "second" } },
    callers: { ui: { ...ui.identity, reason: "greets who writes into the book", requests: [{ methods: ["GET"], paths: ["/hello/*"] }] } },
  });
}
