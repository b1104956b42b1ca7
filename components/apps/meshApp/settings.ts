import * as pulumi from "@pulumi/pulumi";
import { AppMetrics } from "../../services/allowScrape";
import { oauth2ProxyAddress } from "../../services/oauth2ProxyChart";
import { AppNamespace } from "../appNamespace";
import { AppPlatform } from "../appPlatform";
import { Variables } from "../pod/environment";
import { Resources, resourcesOf } from "../pod/resources";
import { AppCaller, AppJwt, AppPort, AppProbes, AppVersion, MeshAppArgs } from "./args";
import { TrafficSettings } from "./rules/trafficSettings";

/** A version with every default in its place. */
export interface VersionSettings extends Variables {
  readonly image: pulumi.Input<string>;
  /** Undefined where it is missing beside other versions, which is refused. */
  readonly weight: number | undefined;
  readonly replicas: { readonly min: number; readonly max: number; readonly cpuPercent: number };
  /** True where `cpuPercent` was given. */
  readonly scales: boolean;
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly resources: Resources;
  readonly writable: readonly string[];
}

/** The paths that the kubelet asks; none where it asks the health service of gRPC, or for `http2` only whether the port answers. */
export interface ProbeSettings {
  readonly readiness: string | undefined;
  readonly liveness: string | undefined;
  readonly startupSeconds: number;
}

/** The arguments of a `MeshApp` with every default in its place. */
export interface MeshAppSettings extends TrafficSettings {
  /** The component's name. */
  readonly name: string;
  readonly platform: AppPlatform;
  /** Undefined where the app makes its namespace, which is then called as the app. */
  readonly namespace: AppNamespace | undefined;
  readonly containerPort: number;
  readonly versions: Readonly<Record<string, VersionSettings>>;
  readonly signIn: boolean;
  readonly jwt: AppJwt | undefined;
  readonly callers: Readonly<Record<string, AppCaller>>;
  readonly probes: ProbeSettings;
  /** None where the app has no metrics of its own. */
  readonly metrics: Required<AppMetrics> | undefined;
  /** The identity in Azure that its pods sign in as. */
  readonly clientId: pulumi.Input<string> | undefined;
}

/** Puts in what was left out. */
export function settingsOf(name: string, args: MeshAppArgs): MeshAppSettings {
  const { platform, app = name, hosts = [], port } = args;
  const { protocol = "http", servicePort = 80 } = port;
  const namespace = args.namespace?.namespace ?? app;
  const versions = mapped(args.versions, (version) => versionSettings(version, Object.keys(args.versions).length === 1));
  const { routes, mirror, timeout, retries, faults, connections, outliers, affinity } = args;
  return {
    name,
    platform,
    app: {
      app,
      namespace,
      address: `${app}.${namespace}.svc.cluster.local`,
      protocol,
      servicePort,
      versions: mapped(versions, ({ weight = 0, replicas }) => ({ weight, pods: replicas.min })),
      hosts,
      gateway: platform.gateway.gateway,
      environment: platform.environment,
      responseTimeoutSeconds: platform.responseTimeoutSeconds,
      ...(args.signIn === true && { signInPages: oauth2ProxyAddress }),
    },
    traffic: { routes, mirror, timeout, retries, faults, connections, outliers, affinity },
    namespace: args.namespace,
    containerPort: port.containerPort,
    versions,
    signIn: args.signIn ?? false,
    jwt: args.jwt,
    callers: args.callers ?? {},
    probes: probeSettings(args.probes, protocol),
    metrics: args.metrics && { path: "/metrics", read: "merged", ...args.metrics },
    clientId: args.workloadIdentity?.clientId,
  };
}

function versionSettings(version: AppVersion, only: boolean): VersionSettings {
  const { min = 2, max = min, cpuPercent } = version.replicas ?? {};
  return {
    image: version.image,
    weight: version.weight ?? (only ? 100 : undefined),
    replicas: { min, max, cpuPercent: cpuPercent ?? 70 },
    scales: cpuPercent !== undefined,
    env: version.env ?? {},
    secretEnv: version.secretEnv ?? {},
    command: version.command,
    args: version.args,
    resources: resourcesOf(version.resources, { cpu: "50m", memory: "64Mi", memoryLimit: "128Mi" }),
    writable: version.writable ?? [],
  };
}

function probeSettings({ readiness, liveness, startupSeconds = 60 }: AppProbes = {}, protocol: AppPort["protocol"]): ProbeSettings {
  // The agent asks in HTTP/1.1, to which a server that speaks HTTP/2 alone has no answer.
  const ready = readiness ?? (protocol === "http" ? "/healthz" : undefined);
  return { readiness: ready, liveness: liveness ?? ready, startupSeconds };
}

function mapped<From, To>(record: Readonly<Record<string, From>>, make: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value)]));
}
