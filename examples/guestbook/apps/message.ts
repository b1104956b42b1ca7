import { Egress, MeshApp } from "azure-delivery-platform";
import { Guestbook } from "./namespace";

/** The address of the second version's wisdom, where the config names no other. */
const defaultWisdom = "https://api.github.com/zen";

/** What the greetings need besides. */
export interface MessageArgs {
  readonly ui: MeshApp;
  /** Where the second version's wisdom comes from: one of the hosts that it may call. */
  readonly wisdomUrl: string | undefined;
}

/** The greetings: the ui may ask for them and for nothing else. The second version gets copies of the requests, until it is trusted with some. */
export function message({ platform, namespace, image }: Guestbook, { ui, wisdomUrl = defaultWisdom }: MessageArgs): MeshApp {
  const usedBy = { app: "message", version: "v2" };
  new Egress("guestbook-egress", {
    cluster: platform.cluster,
    namespace: namespace.namespace,
    ready: [...platform.ready, namespace.resource],
    entries: {
      wisdom: { hosts: ["api.github.com"], usedBy, reason: "the second version adds a line of wisdom to its greetings" },
      files: { hosts: ["*.githubusercontent.com"], usedBy, reason: "its wisdom may be a file there instead, which the API's limits don't hold for" },
    },
  });
  return new MeshApp("message", {
    platform,
    namespace,
    port: { containerPort: 8080 },
    versions: {
      v1: { image: image("message"), env: { VERSION: "v1" }, weight: 100 },
      v2: { image: image("message"), env: { VERSION: "v2", WISDOM_URL: wisdomUrl }, weight: 0 },
    },
    mirror: { version: "v2", percent: 100 },
    timeout: "7s",
    // A greeting writes nothing, so that it may be asked for again even after a pod has answered.
    retries: { attempts: 2, perTryTimeout: "2s", on: ["connect-failure", "refused-stream", "reset-before-request", "503"] },
    connections: { max: 100, maxPendingRequests: 20, maxRequests: 100, connectTimeout: "1s" },
    outliers: { consecutive5xx: 5, interval: "10s", ejectionTime: "30s", maxEjectedPercent: 50 },
    // Half of the requests that a tester marks fail, none of anybody else's.
    ...(platform.environment !== "prod" && { faults: { abort: { status: 503, percent: 50 }, headers: { "x-guestbook-abort": { exact: "yes" } } } }),
    localRateLimit: { rate: { requests: 50, unit: "second" } },
    // For Prometheus alone, by its certificate.
    metrics: { port: 8080, read: "mutualTls" },
    callers: { ui: { ...ui.identity, reason: "greets who writes into the book", requests: [{ methods: ["GET"], paths: ["/hello"] }] } },
  });
}
