import { namespaceOf } from "../../simulator/answers/kubernetes";
import { MeshView } from "../../simulator/kubernetes/meshView";
import { Reading } from "../../simulator/resource";
import { eachOf, Policy } from "../policy";
import { hasReason } from "../reason";
import { podMetadata, podTypes, types } from "../types";
import { choosesNothing, istioTypes, selectorOf } from "./objects";

const selection = "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/";
const spoken = /^(http|http2|https|grpc|grpc-web|tls|tcp|mongo|mysql|redis|udp)(-|$)/;
/** The proxies' own ports, which nobody guesses the protocol of. https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio */
const isIstios = (port: Reading): boolean => (port.number("port") ?? 0) >= 15000 && (port.number("port") ?? 0) < 15100;

/** Services and selectors of the mesh. */
export const services: readonly Policy[] = [
  {
    id: "service-port-protocol",
    group: "mesh",
    level: "warning",
    title: "A Service of the mesh says what its ports speak.",
    fix: "Name the port after its protocol, as http or tcp-redis, or set appProtocol.",
    source: selection,
    check: eachOf([types.service], (service, stack) => {
      const namespace = namespaceOf(service);
      const mesh = MeshView.of(stack);
      if (!mesh.knows(namespace) || mesh.isOutside(namespace)) return undefined;
      const silent = service.items("spec.ports").find((port) => port.lacks("appProtocol") && port.isNot("protocol", "UDP") && !isIstios(port) && !spoken.test(port.lacks("name") ? "" : (port.text("name") ?? "http")));
      return silent && `Proxies have to guess what the port ${silent.text("name") ?? String(silent.number("port"))} speaks, which stalls protocols in which the server speaks first.`;
    }),
  },
  {
    id: "service-without-pods",
    group: "mesh",
    level: "error",
    title: "A Service chooses pods that are there.",
    fix: "Give the selector the labels of the pods.",
    source: "https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes",
    check: eachOf([types.service], (service, stack) => {
      const namespace = namespaceOf(service);
      const mesh = MeshView.of(stack);
      const selector = service.map("spec.selector");
      return mesh.knows(namespace) && Object.keys(selector).length > 0 && !mesh.hasPods(namespace, selector) ? `No pod of ${namespace} has ${labelText(selector)}: callers get no answer.` : undefined;
    }),
  },
  {
    id: "mesh-selector-unmatched",
    group: "mesh",
    level: "error",
    title: "A policy or a filter of the mesh chooses pods that are there.",
    fix: "Give the selector the labels of the pods.",
    source: "https://istio.io/latest/docs/reference/config/analysis/ist0127/",
    check: eachOf(
      [...istioTypes.authorizationPolicy, ...istioTypes.requestAuthentication, ...istioTypes.peerAuthentication, ...istioTypes.envoyFilter, ...istioTypes.sidecar, ...istioTypes.telemetry],
      (object, stack) => (choosesNothing(object, stack) ? `No pod has ${labelText(selectorOf(object))}: it is for nobody.` : undefined),
    ),
  },
  {
    id: "pod-without-proxy",
    group: "mesh",
    level: { dev: "warning", staging: "error", prod: "error" },
    title: "No pod of the mesh's namespaces stays without a proxy.",
    fix: "Take the label sidecar.istio.io/inject and the annotation of that name away, or move the pods to a namespace that is not of the mesh.",
    source: "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#controlling-the-injection-policy",
    check: eachOf(podTypes, (workload, stack) => {
      const mesh = MeshView.of(stack);
      const namespace = namespaceOf(workload);
      const off = ["labels", "annotations"].some((kind) => workload.map(`${podMetadata(workload)}.${kind}`)["sidecar.istio.io/inject"] === "false");
      return off && mesh.knows(namespace) && !mesh.isOutside(namespace) ? "Its pods get no proxy: no policy of the mesh is enforced for them, and strict callers refuse them." : undefined;
    }),
  },
  {
    id: "traffic-past-proxy",
    group: "mesh",
    level: { dev: "warning", staging: "error", prod: "error" },
    title: "All connections of a pod of the mesh go through its proxy.",
    fix: "Take the annotations away; where a client can't do with the proxy, say why in the pods' annotation delivery-platform/reason.",
    source: "https://istio.io/latest/docs/reference/config/annotations/#TrafficExcludeInboundPorts",
    check: eachOf(podTypes, (workload, stack) => {
      const mesh = MeshView.of(stack);
      const namespace = namespaceOf(workload);
      const metadata = podMetadata(workload);
      const annotations = workload.map(`${metadata}.annotations`);
      const past = Object.keys(annotations).find((key) => isPast(key, annotations[key]));
      const said = hasReason(workload) || hasReason(new Reading({ metadata: workload.get(metadata) }));
      return past !== undefined && !said && mesh.knows(namespace) && !mesh.isOutside(namespace) ? `${past} leads connections past its proxy: there no certificate is asked for or shown, and no policy of the mesh is enforced.` : undefined;
    }),
  },
];

/** Whether an annotation leaves something out of what the proxy takes: what it excludes, or all but what it includes. */
function isPast(key: string, value = ""): boolean {
  const [, name = ""] = /^traffic\.sidecar\.istio\.io\/(.+)$/.exec(key) ?? [];
  // includeOutboundPorts only adds to what is taken.
  return (name.startsWith("exclude") && value.trim() !== "") || (["includeInboundPorts", "includeOutboundIPRanges"].includes(name) && value.trim() !== "*");
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).map((label) => label.join("=")).join(", ");
}
