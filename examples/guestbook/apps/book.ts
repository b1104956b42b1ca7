import * as pulumi from "@pulumi/pulumi";
import { MeshApp, MeshAppArgs, TokenIssuer } from "azure-delivery-platform";
import { Guestbook } from "./namespace";

/** What the book needs besides. */
export interface BookArgs {
  readonly ui: MeshApp;
  /** Where programs write and read. */
  readonly host: string;
  /** Whose tokens count there, and which of their subjects may call. */
  readonly access: { readonly tokens: TokenIssuer; readonly callers: readonly string[] };
  readonly password: pulumi.Output<string>;
}

/**
 * The book, twice: for the ui inside the mesh, and for programs with a token of their own. A request to an app with tokens must carry one,
 * whoever it comes from, and the ui has none. Both write into one database, each as itself.
 */
export function books({ platform, namespace, image }: Guestbook, { ui, host, access, password }: BookArgs): { readonly book: MeshApp; readonly api: MeshApp } {
  const server: Pick<MeshAppArgs, "platform" | "namespace" | "port" | "versions" | "probes" | "timeout"> = {
    platform,
    namespace,
    port: { containerPort: 8080 },
    versions: { v1: { image: image("book"), env: { VERSION: "v1", MYSQL_HOST: "mysql", MYSQL_PORT: "3306" }, secretEnv: { MYSQL_PASSWORD: password } } },
    // Without its database it gets no requests, and need not be started anew.
    probes: { readiness: "/ready", liveness: "/healthz", startupSeconds: 120 },
    timeout: "8s",
  };
  const book = new MeshApp("guestbook", {
    ...server,
    callers: { ui: { ...ui.identity, reason: "shows the entries and adds new ones", requests: [{ methods: ["GET", "POST"], paths: ["/messages"] }] } },
    ...(platform.environment !== "prod" && { faults: { delay: { duration: "3s", percent: 100 }, headers: { "x-guestbook-delay": { exact: "yes" } } } }),
  });
  const { issuer, jwksUri, audience } = access.tokens;
  // Entra ID gives any program of the tenant a token for an application: a token alone is no permission.
  const api = new MeshApp("guestbook-api", { ...server, hosts: [host], jwt: { issuer, jwksUri, audiences: [audience], claims: { sub: access.callers } } });
  return { book, api };
}
