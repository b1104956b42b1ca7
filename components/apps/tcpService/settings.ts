import * as pulumi from "@pulumi/pulumi";
import { AppPlatform } from "../appPlatform";
import { Resources, resourcesOf } from "../pod/resources";
import { TcpCaller, TcpConnections, TcpProbe, TcpServiceArgs, TcpStorage } from "./args";

/** The arguments of a `TcpService` with every default in its place. */
export interface TcpSettings {
  readonly platform: AppPlatform;
  readonly service: string;
  readonly namespace: string;
  /** Whether the namespace is made with it. */
  readonly ownNamespace: boolean;
  readonly image: pulumi.Input<string>;
  /** `name` is without `tcp-`. */
  readonly port: { readonly containerPort: number; readonly name: string };
  readonly user: { readonly uid: number; readonly gid: number };
  readonly storage: TcpStorage | undefined;
  readonly env: Readonly<Record<string, pulumi.Input<string>>>;
  readonly secretEnv: Readonly<Record<string, pulumi.Input<string>>>;
  readonly files: Readonly<Record<string, string>>;
  readonly writable: readonly string[];
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly probe: TcpProbe & { readonly startupSeconds: number };
  readonly resources: Resources;
  readonly callers: Readonly<Record<string, TcpCaller>>;
  readonly connections: TcpConnections | undefined;
  readonly stopSeconds: number;
}

/** Puts in what was left out. */
export function settingsOf(name: string, args: TcpServiceArgs): TcpSettings {
  const service = args.service ?? name;
  return {
    platform: args.platform,
    service,
    namespace: args.namespace?.namespace ?? service,
    ownNamespace: args.namespace === undefined,
    image: args.image,
    port: { containerPort: args.port.containerPort, name: args.port.name ?? service },
    user: { uid: args.user.uid, gid: args.user.gid ?? args.user.uid },
    storage: args.storage,
    env: args.env ?? {},
    secretEnv: args.secretEnv ?? {},
    files: args.files ?? {},
    writable: args.writable ?? [],
    command: args.command,
    args: args.args,
    probe: { ...args.probe, startupSeconds: args.probe.startupSeconds ?? 60 },
    resources: resourcesOf(args.resources, { cpu: "100m", memory: "256Mi", memoryLimit: "512Mi" }),
    callers: args.callers,
    connections: args.connections,
    stopSeconds: args.stopSeconds ?? 60,
  };
}
