import * as pulumi from "@pulumi/pulumi";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { allowAccess, GatewayReference } from "./access";
import { istioObject } from "./istioObject";
import { RequireSignIn, TokenIssuer } from "./requireSignIn";

/** How an app that knows no users is reached from outside the mesh. */
export interface Exposure {
  /** One of the gateway's hosts, with a sign-in in front of it, and no other app's. */
  readonly host: string;
  readonly gateway: GatewayReference;
  /** Whose tokens prove the sign-in. The app itself asks for nothing, so that no request passes without one. */
  readonly tokens: TokenIssuer;
  /** What must be there before the way to it: the gateway's namespace, and the host's sign-in. */
  readonly ready: readonly pulumi.Resource[];
}

/** An app's Service and pods, where all of them have one name. */
export interface ExposedApp {
  /** The name of its Service, and of what is made here. */
  readonly name: string;
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
  /** The port of the Service, which speaks HTTP. */
  readonly port: number;
  /** The port of the container behind it. */
  readonly containerPort: number;
}

/** Arguments of `exposeBehindSignIn`. */
export interface ExposeArgs {
  readonly cluster: ClusterTarget;
  readonly app: ExposedApp;
  readonly exposed: Exposure;
  /** With which methods it may be called from outside, as `GET`. */
  readonly methods: readonly string[];
  /** What must be there before: the mesh, and the app's namespace. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * Lets people reach an app on one host of the gateway's, after they have signed in: the app's own rule that asks for the proof of it, and
 * only after that rule the route and the allowance for the gateway. So it never answers without, also when an update stops half-way.
 *
 * @example
 * exposeBehindSignIn("kayenta", { cluster, app, exposed, methods: ["GET", "POST"], ready: [istio, namespace] }, this);
 * @source https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */
export function exposeBehindSignIn(name: string, { cluster, app, exposed, methods, ready }: ExposeArgs, parent: pulumi.Resource): void {
  const { host, gateway, tokens } = exposed;
  const ports = [app.containerPort];
  const required = new RequireSignIn(`${name}-sign-in`, { cluster, app, hosts: [host], tokens, ready }, { parent });
  const checked = { parent, dependsOn: [...ready, ...exposed.ready, required] };
  const destination = { host: `${app.name}.${app.namespace}.svc.cluster.local`, port: { number: app.port } };
  istioObject(
    "VirtualService",
    `${name}-host`,
    { name: app.name, namespace: app.namespace, spec: { hosts: [host], gateways: [gateway.gateway], http: [{ name: app.name, route: [{ destination }] }] } },
    inCluster(parent, cluster, checked),
  );
  allowAccess(
    `${name}-from-outside`,
    { cluster, namespace: app.namespace, selector: app.podLabels, ports, callers: [{ ...gateway.identity, reason: "brings in the requests for its host" }], http: [{ hosts: [host], methods }] },
    checked,
  );
}
