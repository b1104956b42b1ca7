import * as pulumi from "@pulumi/pulumi";
import { HttpOperation, WorkloadIdentity } from "../../mesh/access";
import { LocalLimits } from "../../mesh/localRateLimit";
import { AppMetrics } from "../../services/allowScrape";
import { AppNamespace } from "../appNamespace";
import { AppPlatform } from "../appPlatform";
import { AppTraffic } from "./traffic";

/** Arguments of `MeshApp`: an HTTP or gRPC app in the mesh. */
export interface MeshAppArgs extends AppTraffic {
  readonly platform: AppPlatform;
  /** What its Service, service account and pods are called: a DNS label. Default: the component's name. */
  readonly app?: string;
  /** Where it runs. Default: a namespace of its own, called as the app. */
  readonly namespace?: AppNamespace;
  /** What its container listens on. */
  readonly port: AppPort;
  /** The versions that run side by side, by name, as `v1`. One at least. */
  readonly versions: Readonly<Record<string, AppVersion>>;
  /** The hosts that people reach it by: those that the platform serves. Default: none; it answers inside the mesh alone. */
  readonly hosts?: readonly string[];
  /** Asks for a signed-in caller on each of its hosts, and gives the app who that is. Its hosts must ask for it at the platform too. Default: false. */
  readonly signIn?: boolean;
  /** Tokens of other issuers that requests must carry. Default: none is asked for. */
  readonly jwt?: AppJwt;
  /** Who may call it inside the mesh, by a name of the entry's own. Default: nobody but the gateway, for its hosts. */
  readonly callers?: Readonly<Record<string, AppCaller>>;
  readonly probes?: AppProbes;
  /** How many requests each pod takes by itself. Default: no limit. */
  readonly localRateLimit?: LocalLimits;
  /** Metrics of its own. Default: it has none; its proxy counts requests in any case. */
  readonly metrics?: AppMetrics;
  /** Lets its pods sign in to Azure as an identity. Default: they have no identity there. */
  readonly workloadIdentity?: { readonly clientId: pulumi.Input<string> };
}

/** What an app's container listens on. */
export interface AppPort {
  /** The port of the container, above 1023: the container has no right to a lower one. */
  readonly containerPort: number;
  /** Default: `http`. */
  readonly protocol?: "http" | "http2" | "grpc";
  /** The port of the Service. Default: 80. */
  readonly servicePort?: number;
}

/** One version of an app: what its pods run. */
export interface AppVersion {
  /** The image with its tag or digest, not `latest`: `${platform.registryLoginServer}/apps/message:1.4.2`. */
  readonly image: pulumi.Input<string>;
  /** The share of requests that no route takes, in percent. All versions' add up to 100. Default: 100 where it is the only one. */
  readonly weight?: number;
  /** Default: two pods, without an autoscaler. */
  readonly replicas?: AppReplicas;
  /** Plain variables. */
  readonly env?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Secret variables: they are kept in a Secret, and the pods restart when one changes. */
  readonly secretEnv?: Readonly<Record<string, pulumi.Input<string>>>;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** Default: 50m and 64Mi asked for, 128Mi at most; where `memory` alone is given, that much at most, and no more than `memoryLimit` is asked for. */
  readonly resources?: AppResources;
  /** Folders that it may write to, emptied with the pod; its file system is read-only elsewhere. Default: none. */
  readonly writable?: readonly string[];
}

/** How many pods, and when there are more. */
export interface AppReplicas {
  /** At least this many, and at first. Default: 2. */
  readonly min?: number;
  /** At most this many; the autoscaler adds pods above `cpuPercent`. Default: as many as `min`, without an autoscaler. */
  readonly max?: number;
  /** The share of the CPU that it asks for which the pods may use before there are more, in percent. Default: 70. */
  readonly cpuPercent?: number;
}

/** What a pod asks for and may use at most, in Kubernetes' quantities. */
export interface AppResources {
  readonly cpu?: string;
  readonly memory?: string;
  readonly memoryLimit?: string;
}

/** Who may call an app, and what for. */
export interface AppCaller extends WorkloadIdentity {
  /** Why they may, in 1 to 256 characters: an annotation. */
  readonly reason: string;
  /** Which requests: any of the entries. Default: all. */
  readonly requests?: readonly Omit<HttpOperation, "hosts">[];
  /** True where the namespace is another program's, which then lets them out of it itself. Default: false. */
  readonly elsewhere?: boolean;
  /** What makes their namespace, where this program does and it isn't the app's own. An app's `identity` has it. Default: nothing; it is there. */
  readonly ready?: readonly pulumi.Resource[];
}

/** A token that requests must carry, and what of it counts. */
export interface AppJwt {
  /** The issuer as a token names it. */
  readonly issuer: string;
  /** Where the issuer publishes its keys: HTTPS. istiod fetches them, not the proxies. */
  readonly jwksUri: string;
  /** The audiences that a token may be for, one at least. */
  readonly audiences: readonly pulumi.Input<string>[];
  /** The paths that need no token, as `/public/*`. Default: none. */
  readonly exceptPaths?: readonly string[];
  /** Claims that a token must have, each with one of the values. Default: none. */
  readonly claims?: Readonly<Record<string, readonly string[]>>;
  /** Headers that the app gets from claims without a dot in their names; a client can't send them. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where the kubelet asks whether a container lives. The mesh rewrites these so that they pass. */
export interface AppProbes {
  /**
   * A path that answers 200 when requests may come, over HTTP/1.1. Default: `/healthz` for `http`; for `http2` whether the port takes
   * connections; `grpc` has none, since the standard health service is asked.
   */
  readonly readiness?: string;
  /** A path that answers 200 while the process is sound. Default: that of `readiness`. */
  readonly liveness?: string;
  /** How long it may take to start, in seconds, up to 3600; an update waits for it. Default: 60. */
  readonly startupSeconds?: number;
}
