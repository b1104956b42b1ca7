import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { chartOf, clusterGroup, Workload, workloadsOf } from "./cluster";
import { frontDoorGroups } from "./frontDoor";
import { boxesOf, Diagram, Edge, EdgeKind, Group } from "./model";
import { networkGroups } from "./network";
import { inputText, PlanGraph } from "./planGraph";
import { encryptedResources, serviceGroups } from "./services";

/** What the picture of a plan shows. A part that the plan lacks has no box, and an edge is there only when resources of the plan connect its ends. */
export function architectureOf(plan: Plan): Diagram {
  const graph = new PlanGraph(plan);
  const workloads = workloadsOf(graph);
  const groups = [...frontDoorGroups(graph), ...networkGroups(graph, clusterGroup(graph, workloads)), ...serviceGroups(graph)];
  const places = [...new Set(plan.resources.map((resource) => inputText(resource, "location")).filter((place) => place !== undefined && place.toLowerCase() !== "global"))];
  return {
    title: `${plan.project}: ${plan.stack}`,
    subtitle: [...places, `${plan.resources.filter(({ custom }) => custom).length} resources`].join(", "),
    groups,
    edges: edgesOf(graph, groups, workloads),
  };
}

function edgesOf(graph: PlanGraph, groups: readonly Group[], workloads: readonly Workload[]): Edge[] {
  const boxes = boxesOf(groups);
  const boxOf = ({ urn }: RecordedResource) => boxes.find(({ urns }) => urns.includes(urn));
  /** An edge between the boxes of the first and the last; none when a box is missing or two neighbours have nothing to do with one another. */
  const edge = (kind: EdgeKind, over: readonly (RecordedResource | undefined)[], label?: string): Edge[] => {
    const path = over.slice(1).reduce<RecordedResource[] | undefined>((before, next) => {
      const last = before?.at(-1);
      const further = last && next && (graph.refers(last, next) ? [last, next] : graph.path(last, next));
      return before && further && [...before, ...further.slice(1)];
    }, over[0] && [over[0]]);
    const [from, to] = [path?.[0], path?.at(-1)].map((end) => end && boxOf(end));
    return path && from && to && from !== to ? [{ kind, from: from.id, to: to.id, ...(label !== undefined && { label }), path: path.map(({ urn }) => urn) }] : [];
  };
  const one = (...types: readonly string[]): RecordedResource | undefined => graph.ofType(...types)[0];
  const each = (type: string, draw: (resource: RecordedResource) => Edge[]): Edge[] => graph.ofType(type).flatMap(draw);

  const alias = graph.ofType("azure-native:dns:RecordSet").find((record) => inputText(record, "recordType") === "CNAME");
  const endpoint = one("azure-native:cdn:AFDEndpoint");
  const origin = one("azure-native:cdn:AFDOrigin");
  const approval = one(approvalType);
  const service = graph.ofType("kubernetes:core/v1:Service").find((candidate) => boxOf(candidate) !== undefined);
  const proxy = workloads.find(({ resource }) => chartOf(resource) === "gateway")?.resource;
  const istiod = workloads.find(({ resource }) => chartOf(resource) === "istiod")?.resource;
  const cluster = one("azure-native:containerservice:ManagedCluster");
  const registry = one("azure-native:containerregistry:Registry");
  const strict = graph.ofType("kubernetes:security.istio.io/*:PeerAuthentication").some((rule) => inputText(rule, "spec.mtls.mode") === "STRICT");

  const wayIn = [
    ...edge("request", [alias, endpoint], "HTTPS"),
    ...edge("request", [endpoint, one("azure-native:cdn:Route"), origin], "route"),
    ...(approval === undefined ? edge("request", [origin, service], "private link") : [...edge("request", [origin, approval], "pending connection"), ...edge("request", [approval, service], "private link")]),
    ...edge("request", [service, proxy]),
    ...edge("control", [one("azure-native:frontdoor:Policy"), one("azure-native:cdn:SecurityPolicy"), endpoint]),
  ];
  // By the objects that say so: the gateway's Service and Gateway choose the same pods, a route names the Gateway and a Service, which chooses the app's.
  const next = (from: RecordedResource, type: string): RecordedResource[] => graph.ofType(type).filter((candidate) => graph.refers(from, candidate));
  const ways = (service === undefined ? [] : next(service, "kubernetes:networking.istio.io/*:Gateway")).flatMap((gateway) =>
    next(gateway, "kubernetes:networking.istio.io/*:VirtualService").flatMap((route) => next(route, "kubernetes:core/v1:Service").map((target) => [gateway, route, target] as const)),
  );
  const toApps = workloads.flatMap(({ resource }) => {
    const [way] = ways.filter(([, , target]) => target !== service && graph.refers(target, resource));
    return way === undefined ? [] : edge("request", [proxy, service, ...way, resource], strict ? "mutual TLS" : undefined);
  });

  return [
    ...wayIn,
    ...toApps,
    ...encryptedResources(graph).flatMap((resource) => graph.ofType("azure-native:keyvault:Key").filter((key) => graph.dependsOn(resource, key)).flatMap((key) => edge("key", [key, resource]))),
    ...each("azure-native:compute:DiskEncryptionSet", (set) => edge("key", [set, cluster], "encrypts disks")),
    ...each("azure-native:network:PrivateEndpoint", (privateEndpoint) => graph.behind(privateEndpoint, "privateLinkServiceConnections").flatMap((target) => edge("privateEndpoint", [target, privateEndpoint]))),
    ...edge("uses", [registry, cluster], "images"),
    ...workloads.flatMap(({ resource }) => (resource.type.endsWith(":CronJob") ? edge("uses", [resource, registry], "removes old tags") : [])),
    ...workloads.flatMap(({ resource }) => (istiod !== undefined && resource === proxy ? edge("control", [istiod, resource], "routes, certificates") : [])),
    ...edge("uses", [one("azure-native:network:VirtualNetworkPeering"), one("azure-native:network:VirtualNetwork"), cluster], "pulumi up"),
  ];
}

/** The dynamic resource that approves Front Door's connection. */
export const approvalType = "pulumi-nodejs:dynamic/*:PrivateLinkApproval";
