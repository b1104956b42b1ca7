import { envoyFilters } from "../../simulator/kubernetes/envoyFilter";
import { istioWorld } from "../../simulator/kubernetes/istioWorld";
import { eachOf, Policy } from "../policy";

const routeToWhatIsThere = "Lead the route to what is there, or add what is missing.";

/** What is said of a rule besides its message. */
const texts: Readonly<Record<string, readonly [title: string, fix: string]>> = {
  "destination-rule-tls": ["A DestinationRule for a host of the mesh keeps its mutual TLS at each level.", "Set tls.mode to ISTIO_MUTUAL there, or leave tls out."],
  "destination-rule-host-of-many": ["A DestinationRule is for one Service of the mesh, and not for many at once.", "Name the Service by its full address, as echo.echo.svc.cluster.local."],
  "destination-rule-host-unknown": ["A DestinationRule is for a host that is there.", "Name a Service by its full address, as echo.echo.svc.cluster.local."],
  "destination-rule-subset-empty": ["A subset has pods.", "Give pods the subset's labels, or take the subset away."],
  "virtual-service-host-unknown": ["A VirtualService leads to a host that is there.", routeToWhatIsThere],
  "virtual-service-subset-unknown": ["A VirtualService leads to a subset that is there.", routeToWhatIsThere],
  "virtual-service-port-unknown": ["A VirtualService leads to a port that its host has.", routeToWhatIsThere],
  "virtual-service-port-needed": ["A VirtualService says which of several ports it leads to.", "Set destination.port.number."],
  "virtual-service-http-on-tcp": ["An HTTP route leads to a port that speaks HTTP.", "Name the Service's port after what it speaks, as http, or write a TCP route."],
  "virtual-service-gateway-unknown": ["A VirtualService is bound to a Gateway that is there.", "Name the Gateway as namespace/name."],
  "virtual-service-delegate-unknown": ["A VirtualService hands requests on to one that is there.", "Name a VirtualService without hosts under delegate, with its namespace."],
  "virtual-service-host-outside-gateway": ["A Gateway serves the hosts of the VirtualServices that are bound to it.", "Add the host to a server of the Gateway, or take it from the VirtualService."],
  "virtual-service-mesh-host-taken": ["One VirtualService has the calls to a host from inside the mesh.", "Put the routes into one VirtualService."],
  "virtual-service-routes-collide": ["Requests of a host are matched by one VirtualService.", "Put the routes into one VirtualService, in the order that is meant."],
  "gateway-conflict": ["One Gateway serves a host on a port of the same pods.", "Put the servers into one Gateway, or give them other hosts."],
  "gateway-port-name-shared": ["Gateways of the same pods name their ports each in their own way.", "Give each server a port name of its own."],
  "envoy-filter-old-name": ["An EnvoyFilter calls Envoy's filters by the names that they have.", "Use the name that begins with envoy.filters."],
  "envoy-filter-typed-config": ["An EnvoyFilter adds filters with a typed configuration.", "Write patch.value.typed_config with an @type of the v3 API."],
  "envoy-filter-proxy-version-pinned": ["An EnvoyFilter holds for the next version of the proxies too.", "Take match.proxy.proxyVersion away."],
  "envoy-filter-selector": ["An EnvoyFilter names the pods that it is for.", "Give spec.workloadSelector the labels of the pods, or name targetRefs."],
};

/** Rules of the embedded cloud about what Istio accepts and what then does not work. As policies they can be excepted, and a policy pack has them. */
export const fromRules: readonly Policy[] = [...istioWorld, ...envoyFilters].flatMap(({ id, types, level, source, check }): Policy[] => {
  const text = texts[id];
  if (text === undefined) return [];
  return [{ id, group: "mesh", level: level ?? "error", title: text[0], fix: text[1], source, check: eachOf(types, (resource, stack) => sentence(check(resource, stack))) }];
});

/** A rule's words as a sentence that more can follow. */
function sentence(message: string | undefined): string | undefined {
  return message === undefined ? undefined : `${message.charAt(0).toUpperCase()}${message.slice(1).replace(/\.$/, "")}.`;
}
