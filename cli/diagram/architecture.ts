import { builtInRoles } from "../../components/shared/roles";
import { Plan, RecordedResource, resourcesToCreate } from "../../simulator/engine/plan";
import { chartOf, clusterGroup, Workload, workloadsOf } from "./cluster";
import { approvalType, frontDoorGroups } from "./frontDoor";
import { callsOf, checksOf } from "./mesh";
import { boxesOf, Diagram, Edge, EdgeKind, Group } from "./model";
import { linkedServices, networkGroups, runnerGroup } from "./network";
import { inputText, PlanGraph } from "./planGraph";
import { encryptedResources, serviceGroups } from "./services";
import { routesFromElsewhere, wayInGroup } from "./wayIn";

/** What the picture of a plan shows. A part that the plan lacks has no box, and an edge is there only when resources of the plan connect its ends. */
export function architectureOf(plan: Plan): Diagram {
  const graph = new PlanGraph(plan);
  const workloads = workloadsOf(graph);
  const groups = [...frontDoorGroups(graph), ...networkGroups(graph, clusterGroup(graph, workloads)), ...serviceGroups(graph), ...runnerGroup(graph), ...wayInGroup(graph)];
  const places = plan.resources.flatMap((resource) => inputText(resource, "location") ?? []).filter((place) => place.toLowerCase() !== "global");
  return {
    title: `${plan.project}: ${plan.stack}`,
    subtitle: [...new Set(places), `${resourcesToCreate(plan).length} resources`].join(", "),
    groups,
    edges: edgesOf(graph, groups, workloads),
  };
}

type Stop = RecordedResource | undefined;

function edgesOf(graph: PlanGraph, groups: readonly Group[], workloads: readonly Workload[]): Edge[] {
  const boxes = boxesOf(groups);
  const boxOf = (resource: Stop) => resource && boxes.find(({ urns }) => urns.includes(resource.urn));
  /** An edge from the first stop's box to the last one's; none when a stop is missing, or two neighbours have nothing to do with one another. */
  const edge = (kind: EdgeKind, stops: readonly Stop[], label?: string, toGroup?: string): Edge[] => {
    const path = pathOver(graph, stops);
    const [from, to] = [boxOf(path?.[0]), boxOf(path?.at(-1))];
    return path && from && to ? [{ kind, from: from.id, to: to.id, ...(label !== undefined && { label }), ...(toGroup !== undefined && { toGroup }), path: path.map(({ urn }) => urn) }] : [];
  };
  const first = (type: string): Stop => graph.ofType(type)[0];
  const assignment = (role: keyof typeof builtInRoles): Stop =>
    graph.ofType("azure-native:authorization:RoleAssignment").find((made) => inputText(made, "roleDefinitionId")?.endsWith(builtInRoles[role]));

  const alias = graph.ofType("azure-native:dns:RecordSet").find((record) => inputText(record, "recordType") === "CNAME");
  const [endpoint, origin, approval] = [first("azure-native:cdn:AFDEndpoint"), first("azure-native:cdn:AFDOrigin"), first(approvalType)];
  const [service] = linkedServices(graph);
  const [proxy, istiod] = ["gateway", "istiod"].map((chart) => workloads.find(({ resource }) => chartOf(resource) === chart)?.resource);
  const cluster = first("azure-native:containerservice:ManagedCluster");
  const registry = first("azure-native:containerregistry:Registry");
  const strict = graph.ofType("kubernetes:security.istio.io/*:PeerAuthentication").some((rule) => inputText(rule, "spec.mtls.mode") === "STRICT");
  const routes = graph.ofType("azure-native:cdn:Route");
  const encrypted = routes.length > 0 && routes.every((route) => inputText(route, "forwardingProtocol") === "HttpsOnly");
  const keys = graph.ofType("azure-native:keyvault:Key");
  const privateEndpoints = graph.ofType("azure-native:network:PrivateEndpoint");
  const privateEndpointOf = (resource: Stop): Stop[] => privateEndpoints.filter((made) => graph.behind(made, "privateLinkServiceConnections").some((target) => target === resource)).slice(0, 1);
  const running = workloads.map(({ resource }) => resource);
  const [issuer] = running.filter((resource) => chartOf(resource) === "cert-manager");
  const certificates = graph.ofType("kubernetes:cert-manager.io/*:Certificate");
  const gateways = graph.ofType("kubernetes:networking.istio.io/*:Gateway");

  const edges = [
    ...edge("request", [alias, endpoint], "HTTPS"),
    ...edge("request", [endpoint, first("azure-native:cdn:Route"), origin], "route"),
    ...(approval === undefined ? [] : edge("request", [origin, approval], "pending connection")),
    ...edge("request", [approval ?? origin, service], encrypted ? "HTTPS over private link" : "private link"),
    ...edge("request", [service, proxy]),
    ...workloads.flatMap(({ resource }) => edge("request", [proxy, service, ...routeTo(graph, service, resource)], strict ? "mutual TLS" : undefined)),
    ...routesFromElsewhere(graph).flatMap((route) =>
      graph.ofType("kubernetes:core/v1:Service").flatMap((target) => workloads.flatMap(({ resource }) => (graph.refers(route, target) && graph.refers(target, resource) ? edge("request", [route, target, resource]) : []))),
    ),
    ...edge("control", [first("azure-native:frontdoor:Policy"), first("azure-native:cdn:SecurityPolicy"), endpoint]),
    ...checksOf(graph, running).flatMap(({ policy, mesh, decides }) => edge("check", [proxy, service, policy, mesh, decides], "sign-in check")),
    ...edge("control", [istiod, proxy]),
    ...certificates.flatMap((certificate) => gateways.filter((gateway) => graph.refers(gateway, certificate)).flatMap((gateway) => edge("control", [issuer, certificate, gateway, service, proxy], "certificate"))),
    ...encryptedResources(graph).flatMap((resource) => keys.flatMap((key) => edge("key", [key, resource]))),
    ...edge("key", [first("azure-native:compute:DiskEncryptionSet"), cluster], undefined, "cluster"),
    ...privateEndpoints.flatMap((made) => graph.behind(made, "privateLinkServiceConnections").flatMap((target) => edge("privateEndpoint", [target, made]))),
    ...edge("uses", [...privateEndpointOf(registry), registry, assignment("AcrPull"), cluster], "images", "cluster"),
    ...running.filter(({ type }) => type.endsWith(":CronJob")).flatMap((job) => edge("uses", [job, assignment("AcrDelete"), registry, ...privateEndpointOf(registry)], "removes old tags")),
    ...running.flatMap((workload) => graph.behind(workload, "spec").filter(({ type }) => type.endsWith(":StorageAccount")).flatMap((account) => edge("uses", [workload, account, ...privateEndpointOf(account)]))),
    ...callsOf(graph, running).filter(({ from }) => from !== proxy).flatMap(({ from, policy, to }) => edge("uses", [from, policy, to])),
    ...edge("uses", [first("azure-native:network:VirtualNetworkPeering"), first("azure-native:network:VirtualNetwork"), cluster]),
  ];
  // Each host with a sign-in has a policy of its own: one arrow stands for all of them.
  return edges.filter((made, index) => edges.findIndex(({ from, to }) => from === made.from && to === made.to) === index);
}

/** The whole way over the stops, with what lies between two that are connected only through others. */
function pathOver(graph: PlanGraph, [start, ...stops]: readonly Stop[]): RecordedResource[] | undefined {
  return stops.reduce<RecordedResource[] | undefined>((before, next) => {
    const last = before?.at(-1);
    const further = last && next && (graph.refers(last, next) ? [last, next] : graph.path(last, next));
    return before && further && [...before, ...further.slice(1)];
  }, start && [start]);
}

/**
 * How a request goes on from the gateway's Service to a workload, by the objects that say so: the Gateway chooses the same pods as the
 * Service, a route names the Gateway and another Service, and that one chooses the workload's pods. A missing stop where there is no way.
 */
function routeTo(graph: PlanGraph, service: Stop, workload: RecordedResource): readonly Stop[] {
  const next = (from: RecordedResource, type: string): RecordedResource[] => graph.ofType(type).filter((candidate) => candidate !== service && graph.refers(from, candidate));
  const ways = (service === undefined ? [] : next(service, "kubernetes:networking.istio.io/*:Gateway")).flatMap((gateway) =>
    next(gateway, "kubernetes:networking.istio.io/*:VirtualService").flatMap((route) => next(route, "kubernetes:core/v1:Service").map((target) => [gateway, route, target, workload])),
  );
  return ways.find(([, , target]) => target !== undefined && graph.refers(target, workload)) ?? [undefined];
}
