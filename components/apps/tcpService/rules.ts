import { ArgumentRule } from "../../shared/argumentRule";
import { durationMs } from "../../shared/duration";
import { Problem } from "../../shared/errors";
import { callerAccountProblems, callerGatewayProblems, callerLabelProblems, callerReasonProblems, callerTwiceProblems } from "../pod/callers";
import { secretArgumentProblems, secretInPlainProblems, variableNameProblems, variableTwiceProblems } from "../pod/environment";
import { imageProblems } from "../pod/image";
import { namespaceProblems, subdomain } from "../pod/names";
import { memoryProblems, quantityProblems } from "../pod/resources";
import { folderProblems, isMountPath, writableFolders } from "../pod/writable";
import { TcpSettings } from "./settings";
import { dataVolume, fileKey, filesVolume } from "./volumes";

const names = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/";
const variables = "https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/";
const dependentVariables = "https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/";
const secretArguments = "https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/#use-environment-variables-to-define-arguments";
const volumes = "https://kubernetes.io/docs/concepts/storage/volumes/";
const resources = "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/";
const authorization = "https://istio.io/latest/docs/reference/config/security/authorization-policy/";
const istioPorts = "https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio";
const probes = "https://kubernetes.io/docs/concepts/workloads/pods/probes/";

// Of the 63 characters of a label, a StatefulSet's pods have its name and eleven more in one. https://github.com/kubernetes/kubernetes/issues/64023
const serviceName = /^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$/;
const proxyUser = 1337;
// What Linux takes, with the zero at its end.
const longestMountPath = 4095;
// A slash, and a key of a ConfigMap. https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-object
const longestFilePath = 254;
const largestFiles = 1024 * 1024;

function outside(path: string, value: number, min: number, max: number, unit: string): Problem[] {
  return Number.isInteger(value) && value >= min && value <= max ? [] : [{ path, message: "is out of range", given: String(value), allowed: `a whole number from ${min} to ${max}${unit}` }];
}

/** A place in the container that something is put at. */
interface Place {
  /** The argument that says so. */
  readonly argument: string;
  readonly path: string;
  /** What it is called in the pod: a volume, or a key of the ConfigMap. */
  readonly called: string;
}

function placesOf({ storage, writable, files }: TcpSettings): Place[] {
  return [
    ...(storage ? [{ argument: "storage.mountPath", path: storage.mountPath, called: dataVolume }] : []),
    ...writableFolders(writable).volumes.map((volume, index) => ({ argument: "writable", path: writable[index] ?? "", called: String(volume.name) })),
    ...Object.keys(files).map((path) => ({ argument: "files", path, called: `${filesVolume}/${fileKey(path)}` })),
  ];
}

function placeProblems(argument: string, paths: readonly string[], longest: number): Problem[] {
  return paths
    .filter((path) => !isMountPath(path) || path.length > longest)
    .map((path) => ({ path: argument, message: "is not a place in the container", given: JSON.stringify(path), allowed: `a whole path other than /, /proc, /sys and /dev in up to ${longest} letters, digits and . _ -` }));
}

/** What `TcpService` refuses. */
export const tcpRules: readonly ArgumentRule<TcpSettings>[] = [
  {
    id: "tcp-service-name",
    source: names,
    check: ({ service }) =>
      serviceName.test(service) ? [] : [{ path: "service", message: "is not a name for a Service and its pod", given: JSON.stringify(service), allowed: "1 to 52 lower-case letters, digits and hyphens, a letter first and no hyphen last" }],
  },
  {
    id: "tcp-namespace",
    source: "https://learn.microsoft.com/azure/aks/core-aks-concepts#namespaces",
    check: ({ ownNamespace, namespace, platform }) => (ownNamespace && serviceName.test(namespace) ? namespaceProblems("service", namespace, platform) : []),
  },
  { id: "tcp-image", source: "https://kubernetes.io/docs/concepts/containers/images/#image-names", check: ({ image }) => imageProblems("image", image) },
  { id: "tcp-port", source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/", check: ({ port }) => outside("port.containerPort", port.containerPort, 1024, 65535, "") },
  {
    id: "tcp-port-of-proxy",
    source: istioPorts,
    check: ({ port: { containerPort } }) =>
      [15000, 15001, 15002, 15004, 15006, 15008, 15020, 15021, 15053, 15090].includes(containerPort)
        ? [{ path: "port.containerPort", message: "is a port of the proxy's own", given: String(containerPort), fix: "Have the program listen on another." }]
        : [],
  },
  {
    id: "tcp-port-name",
    source: "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
    check: ({ service, port: { name } }) =>
      name === service || /^(?!tcp-)[a-z0-9]([-a-z0-9]{0,57}[a-z0-9])?$/.test(name)
        ? []
        : [{ path: "port.name", message: "is not what a port can be called after `tcp-`", given: JSON.stringify(name), allowed: "1 to 59 lower-case letters, digits and hyphens between them, without tcp- before" }],
  },
  {
    id: "tcp-user",
    source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    check: ({ user: { uid, gid } }) => [...outside("user.uid", uid, 1, 2 ** 31 - 1, ": root is none"), ...(gid === uid ? [] : outside("user.gid", gid, 1, 2 ** 31 - 1, ": root's is none"))],
  },
  {
    id: "tcp-user-of-proxy",
    source: "https://istio.io/latest/docs/reference/config/analysis/ist0144/",
    check: ({ user }) =>
      user.uid === proxyUser || user.gid === proxyUser ? [{ path: "user", message: "is the proxy's own, whose traffic the mesh lets pass without a look", given: String(proxyUser), fix: "Take the user that the image is made for." }] : [],
  },
  { id: "tcp-storage-size", source: "https://learn.microsoft.com/azure/virtual-machines/disks-types", check: ({ storage }) => (storage ? outside("storage.sizeGi", storage.sizeGi, 1, 32767, " GiB") : []) },
  {
    id: "tcp-storage-cached",
    source: "https://learn.microsoft.com/azure/virtual-machines/disks-performance",
    check: ({ storage }) =>
      storage && storage.storageClass === undefined && storage.sizeGi > 4095 && storage.sizeGi <= 32767
        ? [{ path: "storage.sizeGi", message: "is more than Azure caches, and the cluster's own class asks for a cache", given: String(storage.sizeGi), allowed: "up to 4095 GiB", fix: "Name a `storageClass` without a cache (cachingMode: None) for a bigger one." }]
        : [],
  },
  {
    id: "tcp-storage-class",
    source: names,
    check: ({ storage }) =>
      storage?.storageClass === undefined || subdomain.test(storage.storageClass)
        ? []
        : [{ path: "storage.storageClass", message: "is not the name of a class", given: JSON.stringify(storage.storageClass), allowed: "lower-case letters, digits, - and . between them, 253 at most, as managed-csi", fix: "Take a name that `kubectl get storageclass` prints, or leave it out for the cluster's own." }],
  },
  {
    id: "tcp-paths",
    source: volumes,
    check: ({ storage, files, writable }) => [
      ...(storage ? placeProblems("storage.mountPath", [storage.mountPath], longestMountPath) : []),
      ...folderProblems("writable", writable),
      ...placeProblems("files", Object.keys(files), longestFilePath),
    ],
  },
  {
    id: "tcp-paths-apart",
    source: volumes,
    check: (settings) => {
      const places = placesOf(settings);
      const taken = ({ path, called }: Place, index: number): boolean => places.slice(0, index).some((earlier) => earlier.path === path || earlier.called === called);
      return places
        .filter(taken)
        .map(({ argument, path }) => ({ path: argument, message: "names a place that is taken, or differs from one in no letter or digit", given: path, fix: "Give it another place." }));
    },
  },
  {
    id: "tcp-files-size",
    source: "https://kubernetes.io/docs/concepts/configuration/configmap/#motivation",
    check: ({ files }) => {
      const size = Object.entries(files).reduce((sum, [path, text]) => sum + fileKey(path).length + Buffer.byteLength(text), 0);
      return size > largestFiles ? [{ path: "files", message: "hold more than fits into a ConfigMap", given: `${size} bytes`, allowed: `${largestFiles} bytes with their names`, fix: "Build them into the image." }] : [];
    },
  },
  { id: "tcp-variable-names", source: variables, check: (settings) => variableNameProblems("", settings) },
  { id: "tcp-variable-twice", source: variables, check: (settings) => variableTwiceProblems("", settings) },
  { id: "tcp-variable-of-secret", source: dependentVariables, check: (settings) => secretInPlainProblems("", settings) },
  {
    id: "tcp-secret-argument",
    source: secretArguments,
    check: (settings) => secretArgumentProblems("", settings, { command: settings.command, args: settings.args, "probe.exec": settings.probe.exec }),
  },
  {
    id: "tcp-probe",
    source: probes,
    check: ({ probe }) => ((probe.exec !== undefined) === (probe.tcp === true) ? [{ path: "probe", message: "must ask in one way", given: probe.tcp === true ? "exec and tcp" : "neither exec nor tcp", allowed: "{ exec: [...] } or { tcp: true }" }] : []),
  },
  {
    id: "tcp-probe-command",
    source: probes,
    check: ({ probe: { exec } }) =>
      exec !== undefined && (exec[0] ?? "") === "" ? [{ path: "probe.exec", message: "names no command", fix: "Name one that ends with 0 while the program answers, or ask for { tcp: true }." }] : [],
  },
  { id: "tcp-probe-startup", source: probes, check: ({ probe }) => outside("probe.startupSeconds", probe.startupSeconds, 5, 900, " seconds") },
  { id: "tcp-stop", source: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination", check: ({ stopSeconds }) => outside("stopSeconds", stopSeconds, 1, 3600, " seconds") },
  { id: "tcp-quantities", source: resources, check: (settings) => quantityProblems("resources", settings.resources) },
  { id: "tcp-memory-limit", source: resources, check: (settings) => memoryProblems("resources", settings.resources) },
  {
    id: "tcp-callers",
    source: "the platform's own: what nobody may call has no purpose",
    check: ({ callers }) => (Object.keys(callers).length === 0 ? [{ path: "callers", message: "is empty", allowed: "one caller at least" }] : []),
  },
  { id: "tcp-caller-account", source: authorization, check: ({ callers, platform }) => callerAccountProblems(callers, platform) },
  { id: "tcp-caller-labels", source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set", check: ({ callers }) => callerLabelProblems(callers) },
  { id: "tcp-caller-twice", source: authorization, check: ({ callers }) => callerTwiceProblems(callers) },
  { id: "tcp-caller-gateway", source: "the platform's own: the gateway brings in HTTP alone", check: ({ callers, platform }) => callerGatewayProblems(callers, platform.gateway) },
  { id: "tcp-caller-reason", source: "the platform's own: who finds an allowance finds the reason with it", check: ({ callers }) => callerReasonProblems(callers) },
  {
    id: "tcp-connections-max",
    source: "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-TCPSettings",
    check: ({ connections }) => (connections?.max === undefined ? [] : outside("connections.max", connections.max, 1, 2 ** 31 - 1, "")),
  },
  {
    id: "tcp-connections-durations",
    source: "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-TCPSettings",
    check: ({ connections }) =>
      (["connectTimeout", "keepalive"] as const).flatMap((key) => {
        const text = connections?.[key];
        // A system counts its probes in whole seconds.
        const least = key === "keepalive" ? 1000 : 1;
        return text === undefined || (durationMs(text) ?? 0) >= least ? [] : [{ path: `connections.${key}`, message: "is not a duration", given: JSON.stringify(text), allowed: `${least === 1 ? "1ms" : "1s"} or more, as 250ms, 5s or 10m` }];
      }),
  },
];
