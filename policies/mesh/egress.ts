import { namespaceOf } from "../../simulator/answers/kubernetes";
import { destinationsOf } from "../../simulator/kubernetes/istioWorld";
import { MeshView } from "../../simulator/kubernetes/meshView";
import { eachOf, Policy, PolicyResource, PolicyStack } from "../policy";
import { hasReason } from "../reason";
import { controlPlanes, istioTypes } from "./objects";

const control = "https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/";
const entries = "https://istio.io/latest/docs/reference/config/networking/service-entry/";
/** Domains in which anybody can have a name. */
const shared = ["windows.net", "core.windows.net", "blob.core.windows.net", "azurewebsites.net", "azureedge.net", "azurefd.net", "cloudapp.azure.com", "amazonaws.com", "s3.amazonaws.com", "cloudfront.net", "googleapis.com", "github.io", "githubusercontent.com"];

/** What leaves the mesh is named. */
export const egress: readonly Policy[] = [
  {
    id: "egress-registry-only",
    group: "mesh",
    level: "error",
    title: "Pods reach hosts outside that a ServiceEntry names, and no other.",
    fix: "Set meshConfig.outboundTrafficPolicy.mode to REGISTRY_ONLY, and take ALLOW_ANY out of Sidecars.",
    source: `${control}#change-to-the-blocking-by-default-policy`,
    check: (stack) => [
      ...controlPlanes(stack)
        .filter((plane) => plane.isNot("values.meshConfig.outboundTrafficPolicy.mode", "REGISTRY_ONLY"))
        .map(({ urn }) => ({ urn, message: "Proxies let every connection out." })),
      ...eachOf(istioTypes.sidecar, (sidecar) =>
        sidecar.is("spec.outboundTrafficPolicy.mode", "ALLOW_ANY") && !hasReason(sidecar) ? "With ALLOW_ANY the proxies of its pods let every connection out, whatever the mesh says." : undefined,
      )(stack),
    ],
  },
  {
    id: "egress-host-unknown",
    group: "mesh",
    level: "error",
    title: "A route that leads out leads to a host of a ServiceEntry.",
    fix: "Add a ServiceEntry for the host that the namespace can see; a Service is named by its full address.",
    source: control,
    check: eachOf(istioTypes.virtualService, (routes, stack) => {
      if (!MeshView.of(stack).knows(namespaceOf(routes))) return undefined;
      const hosts = destinationsOf(routes, ["http", "tcp", "tls"]).map((destination) => destination.text("host") ?? "");
      const host = hosts.find((name) => name.includes(".") && !name.endsWith(".svc.cluster.local") && !isAllowed(name, routes, stack));
      return host && `It leads to ${host}, which is neither a Service nor a host of a ServiceEntry that ${namespaceOf(routes)} can see.`;
    }),
  },
  {
    id: "service-entry-wide",
    group: "mesh",
    level: "error",
    title: "A ServiceEntry opens hosts of one owner.",
    fix: "Name the hosts, or say why all of them are needed in the annotation delivery-platform/reason.",
    source: `${entries}#ServiceEntry-hosts`,
    check: eachOf(istioTypes.serviceEntry, (entry) => {
      const open = entry.texts("spec.hosts").find((host) => host.startsWith("*") && isShared(host.replace(/^\*\.?/, "")));
      return open && !hasReason(entry) ? `In ${open} anybody can have a name to send data to.` : undefined;
    }),
  },
  {
    id: "service-entry-mesh-host",
    group: "mesh",
    level: "error",
    title: "A ServiceEntry for hosts outside names no Service of the mesh.",
    fix: "Take the host away: a Service is in the mesh by itself. For workloads without one, set location to MESH_INTERNAL.",
    source: `${entries}#ServiceEntry-Location`,
    check: eachOf(istioTypes.serviceEntry, (entry, stack) => {
      if (!entry.is("spec.location", undefined, "MESH_EXTERNAL")) return undefined;
      const host = entry.texts("spec.hosts").find((name) => isOfMesh(name, MeshView.of(stack)));
      return host && `It declares ${host} to be outside: callers no longer show it the mesh's certificate.`;
    }),
  },
  {
    id: "service-entry-exported",
    group: "mesh",
    level: "warning",
    title: "A host outside is opened for the namespace that needs it.",
    fix: `Set exportTo to ["."], or to the namespaces that need it.`,
    source: `${entries}#ServiceEntry-export_to`,
    check: eachOf(istioTypes.serviceEntry, (entry) => {
      const everywhere = entry.lacks("spec.exportTo") || entry.texts("spec.exportTo").includes("*");
      return entry.is("spec.location", undefined, "MESH_EXTERNAL") && everywhere ? "Every namespace of the mesh can reach its hosts." : undefined;
    }),
  },
];

function isAllowed(host: string, routes: PolicyResource, stack: PolicyStack): boolean {
  return stack.ofType(...istioTypes.serviceEntry).some((entry) => {
    const seen = [namespaceOf(routes), undefined].includes(namespaceOf(entry)) || entry.lacks("spec.exportTo") || entry.mayList("spec.exportTo", "*", namespaceOf(routes));
    return seen && (entry.mayList("spec.hosts", host) || entry.texts("spec.hosts").some((given) => given.startsWith("*.") && host.endsWith(given.slice(1))));
  });
}

/** Whether a host is that of Services, and not of a namespace without proxies. */
function isOfMesh(host: string, mesh: MeshView): boolean {
  const [, namespace] = /(?:^|\.)([^.]+)\.svc\.cluster\.local$/.exec(host) ?? [];
  return namespace === undefined ? /^\*(\.cluster)?\.local$/.test(host) : !mesh.isOutside(namespace);
}

/** Whether a domain is a top-level one, or one that many have names in. */
function isShared(domain: string): boolean {
  return !domain.includes(".") || shared.includes(domain.toLowerCase());
}
