import * as pulumi from "@pulumi/pulumi";
import { AppNamespace } from "../appNamespace";
import { AppPlatform } from "../appPlatform";
import { AppCaller, AppResources } from "../meshApp/args";

/** Arguments of `TcpService`: a database or a cache in the mesh. */
export interface TcpServiceArgs {
  readonly platform: AppPlatform;
  /** What its Service, service account and pod are called: 1 to 52 lower-case letters, digits and hyphens, a letter first. Default: the component's name. */
  readonly service?: string;
  /** Where it runs. Default: a namespace of its own, called as the service. */
  readonly namespace?: AppNamespace;
  /** The image with its tag or digest, not `latest`: `docker.io/library/mysql:8.4.6`. */
  readonly image: pulumi.Input<string>;
  readonly port: TcpPort;
  /** As whom the image runs. It knows no other user's files, and root is refused. */
  readonly user: TcpUser;
  /** A disk, so that data outlives the pod. Default: none; a restart begins empty. */
  readonly storage?: TcpStorage;
  /** Plain variables. */
  readonly env?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Secret variables: they are kept in a Secret, and the pod restarts when one changes. Their checksum, which is not secret, tells nothing of
   * values that a generator made; don't give one that a person chose.
   */
  readonly secretEnv?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Files by their whole paths, with their text, which is not secret: the pod restarts when one changes. 1 MiB in all. Default: none. */
  readonly files?: Readonly<Record<string, string>>;
  /** Folders that it may write to besides the disk, emptied with the pod; its file system is read-only elsewhere. Default: none. */
  readonly writable?: readonly string[];
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly probe: TcpProbe;
  /** Default: 100m and 256Mi asked for, 512Mi at most; where `memory` alone is given, that much at most. */
  readonly resources?: AppResources;
  /** Who may connect, by a name of the entry's own. One at least. */
  readonly callers: Readonly<Record<string, TcpCaller>>;
  /** How much may be open from each proxy that calls and in all, and how it is kept. Default: Envoy's own, without a limit. */
  readonly connections?: TcpConnections;
  /** How long it has to finish when it is asked to stop, in seconds: 1 to 3600. Default: 60. */
  readonly stopSeconds?: number;
}

/** What its container listens on; its Service has the same. */
export interface TcpPort {
  /** Above 1023: the container has no right to a lower one. */
  readonly containerPort: number;
  /** What the port is called after `tcp-`, as `mysql`. Default: as the service. */
  readonly name?: string;
}

/** A user of the image's, by numbers. */
export interface TcpUser {
  readonly uid: number;
  /** Files on the disk belong to it. Default: as `uid`. */
  readonly gid?: number;
}

/** A disk of the pod's own. */
export interface TcpStorage {
  /** In GiB: 1 to 4095, or 1 to 32767 on a class that is named. A bigger disk takes a step by hand: see docs/components/tcp-service.md. */
  readonly sizeGi: number;
  /** The folder where it is. A new disk has a folder `lost+found` there: a program that wants an empty one is told to use a folder inside. */
  readonly mountPath: string;
  /** Default: the cluster's own class, which is encrypted with the customer's key where the cluster is. */
  readonly storageClass?: string;
}

/**
 * How the kubelet asks whether it lives, in one of two ways: by a command inside the container, which has the variables of both kinds, or by a
 * connection to its port, which the mesh makes in the kubelet's place.
 */
export type TcpProbe = ({ readonly exec: readonly string[]; readonly tcp?: never } | { readonly tcp: true; readonly exec?: never }) & {
  /** How long it may take to start, in seconds: 5 to 900. Default: 60. */
  readonly startupSeconds?: number;
};

/** Who may connect: as an app's caller, without requests, which TCP has none of. */
export type TcpCaller = Omit<AppCaller, "requests">;

/**
 * How much each proxy that calls may have open, and the service's own proxy for all callers together: Istio gives both the same numbers.
 * @source https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/cluster_builder.go
 */
export interface TcpConnections {
  /** Connections at a time, from 1: the most that the service gets, whoever calls. */
  readonly max?: number;
  /** How long one may take to be made, as `5s`. Default: 10s. */
  readonly connectTimeout?: string;
  /** After how long without traffic a connection is probed, as `10m`; then every 75 seconds, up to nine times. Default: never. */
  readonly keepalive?: string;
}
