import * as pulumi from "@pulumi/pulumi";
import { allowAccess } from "../../mesh/access";
import { RequireSignIn } from "../../mesh/requireSignIn";
import { allowScrape } from "../../services/allowScrape";
import { callersOf } from "../pod/callers";
import { MeshAppSettings } from "./settings";
import { requireTokens } from "./tokens";
import { appLabels } from "./workload";

/**
 * What must hold for every request besides who sends it: a sign-in on the hosts, or a token. Returns what was made, which comes before what
 * lets requests in.
 *
 * `ready` is what must be there before: the mesh and the namespace.
 */
export function guards(parent: pulumi.Resource, settings: MeshAppSettings, ready: readonly pulumi.Resource[], options: pulumi.CustomResourceOptions): pulumi.Resource[] {
  const { name, platform, app, jwt, signIn } = settings;
  const { signInTokens: tokens, cluster } = platform;
  const pods = { namespace: app.namespace, podLabels: appLabels(settings) };
  return [
    ...(signIn && tokens ? [new RequireSignIn(`${name}-sign-in`, { cluster, app: pods, hosts: app.hosts, tokens, ready }, { parent })] : []),
    ...(jwt ? requireTokens(settings, jwt, options) : []),
  ];
}

/** Lets in the gateway for the app's hosts, each caller for its requests, and Prometheus for metrics that only it may have. Nobody else may call. */
export function access(parent: pulumi.Resource, settings: MeshAppSettings, options: pulumi.CustomResourceOptions): void {
  const { name, platform, app, containerPort, metrics } = settings;
  if (metrics) allowScrape(`${name}-metrics`, { cluster: platform.cluster, namespace: app.namespace, selector: appLabels(settings), metrics }, { ...options, parent });
  const gateway = { ...platform.gateway.identity, reason: "brings in the requests for its hosts", http: [{ hosts: app.hosts }] };
  const callers = [...(app.hosts.length > 0 ? [gateway] : []), ...callersOf(settings.callers)];
  if (callers.length === 0) return;
  allowAccess(
    `${name}-access`,
    { cluster: platform.cluster, namespace: app.namespace, selector: appLabels(settings), callers, ports: [containerPort] },
    { ...pulumi.mergeOptions(options, { dependsOn: Object.values(settings.callers).flatMap(({ ready = [] }) => ready) }), parent },
  );
}
