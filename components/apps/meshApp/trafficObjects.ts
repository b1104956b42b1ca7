import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { istioObject } from "../../mesh/istioObject";
import { appDestination } from "./destination";
import { AppFacts } from "./facts";
import { hostRoutes, meshRoutes } from "./routing";
import { AppTraffic } from "./traffic";

/**
 * Makes the objects that say how requests to an app are routed, limited and repeated: a DestinationRule, a VirtualService for the callers inside
 * the mesh and, where the app has hosts, one for the gateway. Returns them, the DestinationRule first: what routes to a version waits for it,
 * since a proxy that knows the route and not yet the version answers 503.
 *
 * The arguments have passed `trafficRules`. The options name what must be there before: the mesh, the namespace, and the pods of the versions, so
 * that a new version gets requests when it can answer them.
 */
export function trafficObjects(name: string, app: AppFacts, traffic: AppTraffic, options: pulumi.CustomResourceOptions): k8s.apiextensions.CustomResource[] {
  const { namespace } = app;
  const destination = istioObject("DestinationRule", `${name}-destination`, { name: app.app, namespace, spec: appDestination(app, traffic) }, options);
  const after = pulumi.mergeOptions(options, { dependsOn: [destination] });
  const inside = istioObject("VirtualService", `${name}-routes`, { name: app.app, namespace, spec: meshRoutes(app, traffic) }, after);
  if (app.hosts.length === 0) return [destination, inside];
  return [destination, inside, istioObject("VirtualService", `${name}-host-routes`, { name: `${app.app}-hosts`, namespace, spec: hostRoutes(app, traffic) }, after)];
}
