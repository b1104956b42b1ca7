import { AppPort } from "./args";

/** A version as its callers' proxies know it. */
export interface VersionFacts {
  /** The share of requests that no route takes, in percent. */
  readonly weight: number;
  /** How many pods it has at least. */
  readonly pods: number;
}

/** What the objects about an app's traffic need to know of it: its settings, resolved. */
export interface AppFacts {
  /** What its Service and the objects about its traffic are called. */
  readonly app: string;
  readonly namespace: string;
  /** The full address of its Service: `message.guestbook.svc.cluster.local`. */
  readonly address: string;
  readonly protocol: NonNullable<AppPort["protocol"]>;
  readonly servicePort: number;
  /** The versions by name. A version's pods have its name in the label `version`. */
  readonly versions: Readonly<Record<string, VersionFacts>>;
  /** The hosts that people reach it by. */
  readonly hosts: readonly string[];
  /** The platform's gateway, as a VirtualService names it: `istio-ingress/front-door`. */
  readonly gateway: string;
  /** The environment's name. */
  readonly environment: string;
  /** Where the pages of the sign-in are inside the cluster. Default: none; its hosts ask for no sign-in. */
  readonly signInPages?: { readonly service: string; readonly port: number };
  /** How long Front Door waits for an answer, in seconds. Default: 60. */
  readonly responseTimeoutSeconds?: number;
}
