import { ArgumentRule } from "../../../shared/argumentRule";
import { MeshAppSettings } from "../settings";
import { wholeNumbers } from "./trafficSettings";

const probes = "https://kubernetes.io/docs/concepts/workloads/pods/probes/";

/** The ports that the proxy of each pod has for itself. */
export const proxyPorts: readonly number[] = [15000, 15001, 15002, 15004, 15006, 15008, 15020, 15021, 15053, 15090];

/** Rules about what the app listens on, and how the kubelet asks whether it lives. */
export const portRules: readonly ArgumentRule<MeshAppSettings>[] = [
  {
    id: "container-port",
    source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
    check: ({ containerPort }) => wholeNumbers({ "port.containerPort": containerPort }, 1024, 65535),
  },
  {
    id: "container-port-of-proxy",
    source: "https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio",
    check: ({ containerPort }) =>
      proxyPorts.includes(containerPort) ? [{ path: "port.containerPort", message: "is a port of the proxy's own", given: String(containerPort), fix: "Have the program listen on another." }] : [],
  },
  { id: "service-port", source: "https://kubernetes.io/docs/concepts/services-networking/service/", check: ({ app: { servicePort } }) => wholeNumbers({ "port.servicePort": servicePort }, 1, 65535) },
  {
    id: "probe-path",
    source: probes,
    check: ({ probes: { readiness, liveness } }) =>
      Object.entries({ readiness, ...(liveness !== readiness && { liveness }) }).flatMap(([probe, path]) =>
        path === undefined || /^\/[^\s#]*$/.test(path) ? [] : [{ path: `probes.${probe}`, message: "is not the path of a request", given: JSON.stringify(path), allowed: "a path that begins with /, as /healthz" }],
      ),
  },
  {
    id: "probe-path-grpc",
    source: `${probes}#grpc-probe`,
    check: ({ app: { protocol }, probes: { readiness, liveness } }) =>
      protocol === "grpc" && (readiness ?? liveness) !== undefined
        ? [{ path: "probes", message: "gives a path, and an app that speaks gRPC is asked by its standard health service", given: readiness ?? liveness, fix: "Leave the paths out, and have the app serve grpc.health.v1.Health." }]
        : [],
  },
  { id: "probe-startup", source: probes, check: ({ probes: { startupSeconds } }) => wholeNumbers({ "probes.startupSeconds": startupSeconds }, 5, 3600) },
];
