import { RecordedResource } from "../../simulator/engine/plan";
import { isRecord, present } from "../../simulator/engine/values";
import { Call, callsOf, Check, checksOf } from "./mesh";
import { Box, Column, Group } from "./model";
import { box, few, group, line } from "./parts";
import { input, inputObjects, inputText, inputTexts, PlanGraph } from "./planGraph";

/** Something that runs in the cluster, with the box that stands for it. */
export interface Workload {
  readonly resource: RecordedResource;
  readonly box: Box;
  readonly namespace: string;
}

interface Pool {
  readonly name: string;
  readonly title: string;
  readonly labels: Readonly<Record<string, unknown>>;
  readonly tainted: boolean;
}

/** The charts that the platform installs: the word for what runs of them, or nothing where nothing runs. */
const charts: Readonly<Record<string, string | undefined>> = { base: undefined, cni: "Istio CNI agent", istiod: "Istio control plane", gateway: "Istio ingress gateway" };

const podSpecs: Readonly<Record<string, string>> = {
  Deployment: "spec.template.spec",
  StatefulSet: "spec.template.spec",
  DaemonSet: "spec.template.spec",
  CronJob: "spec.jobTemplate.spec.template.spec",
};

/** The cluster: its API server, and each pool with the namespaces and workloads on it. */
export function clusterGroup(graph: PlanGraph, workloads: readonly Workload[]): Group[] {
  const [cluster] = graph.ofType("azure-native:containerservice:ManagedCluster");
  const pools = poolsOf(graph, cluster);
  const onPool = (pool: Pool): Workload[] => workloads.filter(({ resource }) => poolOf(resource, pools) === pool);
  const elsewhere = workloads.filter(({ resource }) => poolOf(resource, pools) === undefined);
  const byNamespace = (id: string, some: readonly Workload[]): Group[] =>
    [...new Set(some.map(({ namespace }) => namespace))].flatMap((namespace) =>
      group("namespace", `${id}-${namespace}`, `namespace ${namespace}`, some.filter((workload) => workload.namespace === namespace).map((workload) => workload.box)),
    );
  return group(
    "cluster",
    "cluster",
    `AKS cluster${line(cluster && inputText(cluster, "resourceName"), (name) => ` ${name}`) ?? ""}`,
    [],
    [
      ...group("pool", "every-node", pools.length > 0 ? "On every node" : "Nodes", [], byNamespace("every-node", elsewhere)),
      ...pools.flatMap((pool) => group("pool", `pool-${pool.name}`, pool.title, [], byNamespace(pool.name, onPool(pool)))),
      ...group("cluster", "control-plane", "Run by Azure", cluster === undefined ? [] : apiServer(cluster)),
    ],
  );
}

function apiServer(cluster: RecordedResource): Box[] {
  const isPrivate = input(cluster, "apiServerAccessProfile.enablePrivateCluster") === true;
  const ranges = inputTexts(cluster, "apiServerAccessProfile.authorizedIPRanges");
  return box(
    "cluster",
    "gateway",
    "API server",
    [
      line(inputText(cluster, "kubernetesVersion"), (version) => `Kubernetes ${version}, ${inputText(cluster, "sku.tier") ?? ""} tier`),
      isPrivate ? "private addresses only" : `open to ${few(ranges, 2).join(", ")}`,
      input(cluster, "aadProfile.enableAzureRBAC") === true ? "Entra ID and Azure RBAC" : undefined,
    ],
    [cluster],
  );
}

/** What runs in the cluster: workloads of the program's own and releases of charts. */
export function workloadsOf(graph: PlanGraph): Workload[] {
  const own = graph.ofType("kubernetes:apps/*:Deployment", "kubernetes:apps/*:StatefulSet", "kubernetes:apps/*:DaemonSet", "kubernetes:batch/*:CronJob");
  const releases = graph.ofType("kubernetes:helm.sh/v3:Release").filter((release) => charts[chartOf(release)] !== undefined || !(chartOf(release) in charts));
  const running = [...releases, ...own];
  const [checks, calls] = [checksOf(graph, running), callsOf(graph, running)];
  const fromTop = (resource: RecordedResource): number => {
    const marks = [chartOf(resource) === "cni", chartOf(resource) === "cert-manager", routesTo(graph, resource).length > 0, checks.some(({ decides }) => decides === resource), resource.type.endsWith(":CronJob")];
    return marks.includes(true) ? marks.indexOf(true) : marks.length;
  };
  return running.sort((a, b) => fromTop(a) - fromTop(b)).flatMap((resource) => {
    const isRelease = resource.type.endsWith(":Release");
    const name = inputText(resource, isRelease ? "name" : "metadata.name") ?? resource.name;
    const namespace = inputText(resource, isRelease ? "namespace" : "metadata.namespace") ?? "default";
    const title = isRelease ? (charts[chartOf(resource)] ?? name) : name;
    return box("namespace", columnOf(resource, calls), title, [size(resource), ...few(hostsOf(graph, resource, checks), 3)], [resource]).map((made) => ({ resource, box: made, namespace }));
  });
}

/** The mesh's own beside the way in; last what only other workloads call. */
function columnOf(resource: RecordedResource, calls: readonly Call[]): Column {
  if (["istiod", "gateway"].includes(chartOf(resource))) return "gateway";
  const callers = calls.filter(({ to }) => to === resource).map(({ from }) => chartOf(from));
  return callers.length > 0 && !callers.includes("gateway") ? "backing" : "workloads";
}

/** The chart of a release, without the repository. */
export function chartOf(release: RecordedResource): string {
  return inputText(release, "chart")?.split("/").at(-1) ?? "";
}

/** How many pods run, or when. */
function size(resource: RecordedResource): string | undefined {
  const [least, most] = [inputText(resource, "values.autoscaling.minReplicas") ?? inputText(resource, "values.autoscaleMin"), inputText(resource, "values.autoscaling.maxReplicas")];
  if (least !== undefined) return most === undefined ? `${least} pods or more` : `${least} to ${most} pods`;
  const schedule = inputText(resource, "spec.schedule");
  return schedule === undefined ? line(inputText(resource, "spec.replicas") ?? inputText(resource, "values.replicaCount"), (count) => (count === "1" ? "1 pod" : `${count} pods`)) : `runs at ${schedule}`;
}

/** The host names that reach a workload: those of a gateway's servers, or of the routes that lead to its Service; or those that it decides about. */
function hostsOf(graph: PlanGraph, workload: RecordedResource, checks: readonly Check[]): string[] {
  if (chartOf(workload) === "gateway") {
    return graph.ofType("kubernetes:networking.istio.io/*:Gateway").flatMap((gateway) => inputObjects(gateway, "spec.servers").flatMap(({ hosts }) => (Array.isArray(hosts) ? hosts.map(String) : [])));
  }
  const hosts = new Set(routesTo(graph, workload).flatMap((route) => inputTexts(route, "spec.hosts")));
  const checked = (host: string): boolean => checks.some((check) => check.hosts.includes(host));
  return [...[...hosts].map((host) => (checked(host) ? `${host} (sign-in)` : host)), ...checks.filter(({ decides }) => decides === workload).flatMap((check) => check.hosts.map((host) => `guards ${host}`))];
}

/** The routes that lead to a workload's Service. */
function routesTo(graph: PlanGraph, workload: RecordedResource): RecordedResource[] {
  const services = graph.ofType("kubernetes:core/v1:Service").filter((service) => graph.refers(service, workload));
  return graph.ofType("kubernetes:networking.istio.io/*:VirtualService").filter((route) => services.some((service) => graph.refers(route, service)));
}

function poolsOf(graph: PlanGraph, cluster: RecordedResource | undefined): Pool[] {
  const inline = cluster === undefined ? [] : inputObjects(cluster, "agentPoolProfiles").map((profile) => pool(String(profile["name"]), profile));
  const apart = graph.ofType("azure-native:containerservice:AgentPool").map((resource) => pool(inputText(resource, "agentPoolName") ?? resource.name, present(resource.inputs) as Record<string, unknown>));
  return [...inline, ...apart];
}

function pool(name: string, profile: Readonly<Record<string, unknown>>): Pool {
  const { mode, nodeLabels, nodeTaints, vmSize, minCount, maxCount, count, availabilityZones } = profile;
  const nodes = typeof minCount === "number" && typeof maxCount === "number" ? `${minCount} to ${maxCount}` : String(count);
  const zones = Array.isArray(availabilityZones) && availabilityZones.length > 0 ? `, zones ${availabilityZones.join(" ")}` : "";
  return {
    name,
    title: `Pool ${name}: ${nodes} × ${String(vmSize).replace(/^Standard_/, "")}${zones}`,
    labels: { ...(isRecord(nodeLabels) ? nodeLabels : {}), "kubernetes.azure.com/mode": String(mode).toLowerCase(), "kubernetes.azure.com/agentpool": name, agentpool: name },
    tainted: Array.isArray(nodeTaints) && nodeTaints.length > 0,
  };
}

/** The one pool that a workload's pods can be on; undefined when it may be several. */
function poolOf(resource: RecordedResource, pools: readonly Pool[]): Pool | undefined {
  const place = podSpecs[resource.type.split(":").at(-1) ?? ""] ?? "values";
  const asked = find(input(resource, place), "nodeSelector");
  const tolerations = find(input(resource, place), "tolerations");
  const anywhere = Array.isArray(tolerations) && tolerations.some((toleration) => isRecord(toleration) && toleration["operator"] === "Exists" && toleration["key"] === undefined);
  const selector = isRecord(asked) ? Object.entries(asked) : [];
  const fitting = pools.filter((candidate) => selector.every(([key, value]) => candidate.labels[key] === value) && (selector.length > 0 || anywhere || !candidate.tainted));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** The first value under a key, however deep: charts put the same settings in different places. */
function find(value: unknown, key: string): unknown {
  if (!isRecord(value)) return undefined;
  return value[key] ?? Object.values(value).map((inner) => find(inner, key)).find((found) => found !== undefined);
}
