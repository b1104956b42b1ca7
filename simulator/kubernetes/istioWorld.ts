import { isDeepStrictEqual } from "node:util";
import { namespaceOf, objectName } from "../answers/kubernetes";
import { holdsUnknown, isRecord } from "../engine/values";
import { Reading, Resource } from "../resource";
import { first, Rule } from "../rules/rule";
import { versions } from "./istio";
import { destinationRule, matchText, policiesOf, virtualService } from "./istioTraffic";
import { addressOf, gatewaysOf, MeshView, namespaceIn, placesOf, speaksNoHttp } from "./meshView";

const analysis = (code: string): string => `https://istio.io/latest/docs/reference/config/analysis/${code}/`;
const gateway = versions("networking", "Gateway");

/** A rule that takes all that there is of the mesh. It says nothing of namespaces that another program makes. */
function worldRule(id: string, types: readonly string[], source: string, check: (resource: Resource, mesh: MeshView) => string | undefined): Rule {
  return { id, types, atEnd: true, source, check: (resource, world) => check(resource, MeshView.of(world)) };
}

/** Where the routes of each kind are in a VirtualService. */
export const routeKinds = ["http", "tcp", "tls"] as const;

/** A rule for each place that requests and connections, or some kinds of them, are sent to: a Service of the mesh, in a namespace that is known. */
function eachDestination(id: string, source: string, check: (destination: Reading, address: string, mesh: MeshView) => string | undefined, kinds: readonly string[] = routeKinds): Rule {
  return worldRule(id, virtualService, source, (resource, mesh) =>
    first(destinationsOf(resource, kinds), (destination) => {
      const address = addressOf(resource, destination.text("host"));
      return address !== undefined && mesh.knows(namespaceIn(address)) ? check(destination, address, mesh) : undefined;
    }),
  );
}

/** Where the routes of a VirtualService send requests or connections of these kinds, copies of requests too. */
export function destinationsOf(resource: Resource, kinds: readonly string[]): Reading[] {
  const routes = kinds.flatMap((kind) => resource.items(`spec.${kind}`));
  const values = [...routes.flatMap((route) => route.items("route").map((part) => part.get("destination"))), ...routes.map((route) => route.get("mirror")), ...routes.flatMap((route) => route.items("mirrors").map((part) => part.get("destination")))];
  return values.filter(isRecord).map((value) => new Reading(value));
}

/** What Istio accepts and what then doesn't work, seen over all objects. */
export const istioWorld: readonly Rule[] = [
  worldRule("destination-rule-tls", destinationRule, "https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule", (resource, mesh) => {
    const host = resource.text("spec.host") ?? "";
    const address = addressOf(resource, host);
    if (address === undefined || mesh.isOutside(namespaceIn(address))) return undefined;
    const found = policiesOf(resource).find(({ policy }) => policy.has("tls") && policy.isNot("tls", null) && policy.isNot("tls.mode", "ISTIO_MUTUAL"));
    return found && `${found.path}.tls.mode is ${found.policy.text("tls.mode") ?? "not set, which is DISABLE"}: callers of ${host} would not show the mesh's certificate, and get 503 where it is STRICT; say ISTIO_MUTUAL, or leave tls out`;
  }),
  worldRule("destination-rule-host-of-many", destinationRule, "https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration", (resource) => {
    const host = resource.text("spec.host") ?? "";
    return coversMesh(host) ? `the host ${host} is for many Services of the mesh at once, some without the mesh's certificates, as the webhooks' and the gateway's status port: name one Service` : undefined;
  }),
  worldRule("destination-rule-host-unknown", destinationRule, analysis("ist0174"), (resource, mesh) => {
    const address = addressOf(resource, resource.text("spec.host"));
    return address !== undefined && mesh.knows(namespaceIn(address)) && mesh.service(address) === undefined ? `the host ${address} is no Service: nobody is called by this rule` : undefined;
  }),
  worldRule("destination-rule-subset-empty", destinationRule, analysis("ist0173"), (resource, mesh) => {
    const address = addressOf(resource, resource.text("spec.host"));
    const namespace = namespaceIn(address);
    const selector = address === undefined ? undefined : mesh.service(address)?.selector;
    if (selector === undefined || !mesh.knows(namespace)) return undefined;
    return first(resource.items("spec.subsets"), (subset) => (mesh.hasPods(namespace, { ...selector, ...subset.map("labels") }) ? undefined : `the subset ${subset.text("name")} selects no pods: requests to it get 503`));
  }),
  eachDestination("virtual-service-host-unknown", analysis("ist0101"), (_, address, mesh) => (mesh.service(address) === undefined ? `Referenced host not found: "${address}"` : undefined)),
  eachDestination("virtual-service-subset-unknown", analysis("ist0101"), (destination, address, mesh) => {
    const subset = destination.text("subset");
    return subset !== undefined && mesh.service(address) !== undefined && !mesh.mayHaveSubset(address, subset) ? `Referenced host+subset in destinationrule not found: "${address}+${subset}"` : undefined;
  }),
  eachDestination("virtual-service-port-unknown", analysis("ist0101"), (destination, address, mesh) => {
    const number = destination.number("port.number");
    const ports = mesh.service(address)?.ports;
    return number !== undefined && ports !== undefined && !ports.some((port) => port.number === number) ? `Referenced host:port not found: "${address}:${number}"` : undefined;
  }),
  eachDestination("virtual-service-port-needed", analysis("ist0112"), (destination, address, mesh) =>
    destination.lacks("port") && (mesh.service(address)?.ports.length ?? 0) > 1 ? `This VirtualService routes to a service "${address}" that exposes multiple ports. Specifying a port in the destination is required` : undefined,
  ),
  eachDestination(
    "virtual-service-http-on-tcp",
    "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
    (destination, address, mesh) => {
      const ports = mesh.service(address)?.ports ?? [];
      const port = destination.lacks("port") ? ports[0] : ports.find(({ number }) => number === destination.number("port.number"));
      return port !== undefined && speaksNoHttp(port) ? `an HTTP route leads to the port ${port.name ?? String(port.number)} of ${address}, which speaks none` : undefined;
    },
    ["http"],
  ),
  worldRule("virtual-service-delegate-unknown", virtualService, "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate", (resource, mesh) =>
    first(resource.items("spec.http").filter((route) => route.has("delegate")), (route) => {
      const namespace = route.lacks("delegate.namespace") ? namespaceOf(resource) : route.text("delegate.namespace");
      const name = route.text("delegate.name");
      return name !== undefined && mesh.knows(namespace) && !mesh.delegates.has(`${namespace}/${name}`) ? `delegate virtual service ${namespace}/${name} of ${called(resource)} not found: the route is left out` : undefined;
    }),
  ),
  worldRule("virtual-service-gateway-unknown", virtualService, analysis("ist0101"), (resource, mesh) => {
    const missing = gatewaysOf(resource).find((name) => name !== "mesh" && mesh.knows(name.split("/")[0]) && !mesh.gateways.has(name));
    return missing && `Referenced gateway not found: "${missing}"`;
  }),
  worldRule("virtual-service-host-outside-gateway", virtualService, analysis("ist0132"), (resource, mesh) =>
    first(gatewaysOf(resource), (name) => {
      const servers = mesh.gateways.get(name)?.items("spec.servers");
      const hosts = servers?.flatMap((server) => server.texts("hosts")).map((host) => host.split("/").at(-1) ?? "");
      const unsure = holdsUnknown(servers?.map((server) => server.get("hosts")));
      const outside = hosts === undefined || hosts.length === 0 || unsure ? undefined : resource.texts("spec.hosts").find((host) => !hosts.some((served) => serves(served, host)));
      return outside && `the host ${outside} is not served by the gateway ${name}, which has ${hosts?.join(", ")}`;
    }),
  ),
  worldRule("virtual-service-mesh-host-taken", virtualService, analysis("ist0109"), (resource, mesh) =>
    first(placesOf(resource).filter((place) => place.endsWith(" on mesh")), (place) => {
      const other = mesh.routes.get(place)?.find((candidate) => candidate.urn < resource.urn);
      return other && `The VirtualServices ${called(other)}, ${called(resource)} are associated with mesh gateway and define the same host ${place.replace(" on mesh", "")}: only the older one counts`;
    }),
  ),
  worldRule("virtual-service-routes-collide", virtualService, "https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services", (resource, mesh) =>
    first(placesOf(resource).filter((place) => !place.endsWith(" on mesh")), (place) => {
      const own = resource.items("spec.http");
      const other = mesh.routes.get(place)?.find((candidate) => candidate.urn < resource.urn && candidate.items("spec.http").some((route) => own.some((ours) => disagree(ours, route))));
      return other && `${called(resource)} and ${called(other)} have a route for the same requests of ${place}: which one counts depends on their age`;
    }),
  ),
  worldRule("gateway-conflict", gateway, analysis("ist0145"), (resource, mesh) =>
    first(rivalsOf(resource, mesh), (other) => {
      const shared = resource.items("spec.servers").flatMap((server) => other.items("spec.servers").filter((theirs) => server.number("port.number") !== undefined && theirs.number("port.number") === server.number("port.number")).flatMap((theirs) => server.texts("hosts").filter((host) => theirs.texts("hosts").includes(host))));
      return shared[0] && `Conflict with gateways ${called(other)} (same pods, port and host ${shared[0]})`;
    }),
  ),
  worldRule("gateway-port-name-shared", gateway, "https://istio.io/latest/docs/reference/config/networking/gateway/#Port", (resource, mesh) =>
    first(rivalsOf(resource, mesh), (other) => {
      const names = other.items("spec.servers").map((server) => server.text("port.name"));
      const shared = resource.items("spec.servers").map((server) => server.text("port.name")).find((name) => name !== undefined && names.includes(name));
      return shared && `the port name ${shared} is also one of ${called(other)}, for the same pods: give each a name of its own, so that neither is taken for the other`;
    }),
  ),
];

/** The other Gateways for some of the same pods, each pair seen from one side; where no pods are known, those with the same selector. */
function rivalsOf(resource: Resource, mesh: MeshView): Resource[] {
  const selector = resource.map("spec.selector");
  return [...mesh.gateways.values()].filter((other) => {
    const theirs = other.map("spec.selector");
    const unsure = [resource, other].some((object) => holdsUnknown(object.get("spec.selector")));
    return other.urn < resource.urn && !unsure && (isDeepStrictEqual(selector, theirs) || mesh.namespacesWithPods(selector, theirs).length > 0);
  });
}

/** Whether a host with a star is also for Services of the mesh: it ends as their addresses do, or their addresses end as it does. */
function coversMesh(host: string): boolean {
  const rest = host.slice(1);
  const end = ".svc.cluster.local";
  return host.startsWith("*") && (end.endsWith(rest) || rest.endsWith(end));
}

/** Whether two routes are for the same requests, and do something else with them. */
function disagree(route: Reading, other: Reading): boolean {
  const unnamed = ({ properties }: Reading): object => ({ ...(properties as object), name: undefined });
  return matchText(route) === matchText(other) && !isDeepStrictEqual(unnamed(route), unnamed(other));
}

const called = (resource: Resource): string => `${namespaceOf(resource)}/${objectName(resource)}`;

/** Whether a server's host, whole or with a star in front, is one for a VirtualService's. */
function serves(served: string, host: string): boolean {
  return served === "*" || served === host || (served.startsWith("*") && host.endsWith(served.slice(1)));
}
