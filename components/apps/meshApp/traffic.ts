/** How requests to an app are routed, limited and repeated. */
export interface AppTraffic {
  /** Requests that go to a version of their own, by a name of the route's own; the first that fits is taken. Default: none, the weights decide. */
  readonly routes?: Readonly<Record<string, AppRoute>>;
  /** Sends a copy of requests to a version too; what it answers is dropped. Default: none. */
  readonly mirror?: { readonly version: string; /** Of all requests. Default: 100. */ readonly percent?: number };
  /** How long a request may take with all its attempts, as `10s`. Default: 15s. */
  readonly timeout?: string;
  /** When a request is tried again. Default: Istio's own twice is switched off. */
  readonly retries?: AppRetries;
  /** Breaks requests on purpose, to see what callers do. Refused in `prod`. Default: none. */
  readonly faults?: AppFaults;
  /** How much may be under way at a time: counted at each proxy that calls, and at each pod for all callers together. */
  readonly connections?: AppConnections;
  /** When a pod that answers badly is left out for a while. */
  readonly outliers?: AppOutliers;
  /**
   * Sends a client's requests to the same pod of a version, while the version's pods stay the same. Which version it is, is decided request by
   * request. Default: the pod with the least requests under way.
   */
  readonly affinity?: { readonly cookie: string; /** How long it lasts, in whole seconds, as `1h`; `0s` for as long as the browser runs. */ readonly lifetime: string } | { readonly header: string } | { readonly sourceIp: true };
}

/** Requests that go to one version. A request that fits several routes takes the one that stands first. */
export interface AppRoute {
  readonly version: string;
  /** Headers that a request has, all of them, by lower-case name. */
  readonly headers: Readonly<Record<string, HeaderMatch>>;
}

/** What a header's value is like; a regular expression is RE2's and must fit the whole value. */
export type HeaderMatch = { readonly exact: string } | { readonly prefix: string } | { readonly regex: string };

/** When and how often a request is tried again. */
export interface AppRetries {
  /** How often, besides the first attempt: 1 to 10. */
  readonly attempts: number;
  /** How long one attempt may take, as `2s`. All of them must fit in `timeout`. */
  readonly perTryTimeout: string;
  /**
   * On which answers, in Envoy's words or by status. Default: `connect-failure`, `refused-stream`, `reset-before-request`, after which nothing
   * was done. `503` or `5xx` may come after the app did something: only for an app whose requests can be repeated.
   */
  readonly on?: readonly string[];
}

/** What goes wrong on purpose, and for which share of requests: one of both at least. It happens in the caller's proxy, which tries none of it again. */
export interface AppFaults {
  /** Answered with a status of 400 to 599; a gRPC caller gets the code that stands for it, as `UNAVAILABLE` for 503. */
  readonly abort?: { readonly status: number; readonly percent: number };
  /** Held back for so long, less than `timeout`. */
  readonly delay?: { readonly duration: string; readonly percent: number };
  /** Only for requests with these headers. Default: all. */
  readonly headers?: Readonly<Record<string, HeaderMatch>>;
}

/**
 * How much may be under way at a time; what is more is answered 503 at once. The same numbers hold twice: at each proxy that calls, to a version, and
 * at the proxy of each pod that is called, to its app, there for all callers together. A number is therefore what a pod stands, and no caller's share.
 * @source https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/cluster_builder.go
 */
export interface AppConnections {
  /** Connections: from a caller's proxy to a version, and from a pod's proxy to the app. Default: no limit. */
  readonly max?: number;
  /** Requests that wait for a connection. */
  readonly maxPendingRequests?: number;
  /** Requests under way. */
  readonly maxRequests?: number;
  /** Requests before a connection is closed. */
  readonly maxRequestsPerConnection?: number;
  /** How long a connection may take to be made, as `5s`. Default: 10s. */
  readonly connectTimeout?: string;
}

/** When a pod is left out: after failures in a row, for a while, never too many at once. Each proxy that calls counts for itself. */
export interface AppOutliers {
  /** 5xx answers in a row. Default: 5. */
  readonly consecutive5xx?: number;
  /** How often pods are looked at, as `10s`. Default: 10s. */
  readonly interval?: string;
  /** How long a pod is left out at first, as `30s`. Default: 30s. */
  readonly ejectionTime?: string;
  /** The greatest share of a version's pods left out at once, in percent. It must amount to a pod. Default: 50. */
  readonly maxEjectedPercent?: number;
}
