import { kindOf, namespaceOf, objectName } from "../answers/kubernetes";
import { Reading, Resource } from "../resource";
import { Rule } from "../rules/rule";
import { World } from "../world";
import { containersOf, podRule } from "./objects";

const standards = "https://kubernetes.io/docs/concepts/security/pod-security-standards/";
const enforce = "pod-security.kubernetes.io/enforce";

type Level = "privileged" | "baseline" | "restricted";

/** The level that a namespace enforces, where the program makes it. */
function levelOf(resource: Resource, world: World): Level {
  const namespace = namespaceOf(resource);
  const found = world.of("kubernetes:core/v1:Namespace").find((candidate) => objectName(candidate) === namespace);
  const level = found?.map("metadata.labels")[enforce];
  return level === "baseline" || level === "restricted" ? level : "privileged";
}

/** One control of the standards, refused in the words of the admission plugin. */
function control(id: string, level: Exclude<Level, "privileged">, what: string, violates: (pod: Reading) => boolean): Rule {
  return podRule(`pod-security-${id}`, standards, (pod, resource, world) => {
    const enforced = levelOf(resource, world);
    const applies = enforced === "restricted" || enforced === level;
    return applies && violates(pod) ? `pods made by this ${kindOf(resource.type).kind} are forbidden: violates PodSecurity "${enforced}:latest": ${what}` : undefined;
  });
}

/** What a pod's containers are by the pod's own security context and theirs, which goes before it. */
function everyContainer(pod: Reading, path: string, accepts: (value: unknown) => boolean): boolean {
  return containersOf(pod).every((container) => {
    const own = container.get(`securityContext.${path}`);
    return accepts(own === undefined ? pod.get(`securityContext.${path}`) : own);
  });
}

const isUnknown = (value: unknown): boolean => typeof value === "symbol";
const contexts = (pod: Reading): Reading[] => [pod, ...containersOf(pod)];

// https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
const addable = new Set("AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split(" "));
const safeSysctls = new Set(
  (
    "kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.ip_unprivileged_port_start net.ipv4.tcp_syncookies net.ipv4.ping_group_range net.ipv4.ip_local_reserved_ports " +
    "net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes"
  ).split(" "),
);
const restrictedVolumes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

/** The Pod Security Standards, for namespaces that the program labels so. */
export const podSecurity: readonly Rule[] = [
  control("host-namespaces", "baseline", "host namespaces", (pod) => ["hostNetwork", "hostPID", "hostIPC"].some((path) => pod.is(path, true))),
  control("privileged", "baseline", "privileged", (pod) => containersOf(pod).some((container) => container.is("securityContext.privileged", true))),
  control("added-capabilities", "baseline", "non-default capabilities", (pod) =>
    containersOf(pod).some((container) => container.texts("securityContext.capabilities.add").some((capability) => !addable.has(capability))),
  ),
  control("host-path", "baseline", "hostPath volumes", (pod) => pod.items("volumes").some((volume) => volume.has("hostPath"))),
  control("host-ports", "baseline", "hostPort", (pod) => containersOf(pod).some((container) => container.items("ports").some((port) => port.isNot("hostPort", undefined, 0)))),
  control("proc-mount", "baseline", "procMount", (pod) => containersOf(pod).some((container) => container.isNot("securityContext.procMount", undefined, "Default"))),
  control("sysctls", "baseline", "forbidden sysctls", (pod) => pod.items("securityContext.sysctls").some((sysctl) => !safeSysctls.has(sysctl.text("name") ?? "net.ipv4.tcp_syncookies"))),
  control("seccomp-unconfined", "baseline", "seccompProfile", (pod) => contexts(pod).some((context) => context.is("securityContext.seccompProfile.type", "Unconfined"))),
  control("volume-types", "restricted", "restricted volume types", (pod) => pod.items("volumes").some((volume) => !restrictedVolumes.some((type) => volume.has(type)) && Object.keys(volume.properties as object).length > 1)),
  control("privilege-escalation", "restricted", "allowPrivilegeEscalation != false", (pod) => containersOf(pod).some((container) => container.isNot("securityContext.allowPrivilegeEscalation", false))),
  control("run-as-non-root", "restricted", "runAsNonRoot != true", (pod) => !everyContainer(pod, "runAsNonRoot", (value) => value === true || isUnknown(value))),
  control("run-as-user", "restricted", "runAsUser=0", (pod) => contexts(pod).some((context) => context.is("securityContext.runAsUser", 0))),
  control("seccomp-profile", "restricted", "seccompProfile", (pod) => !everyContainer(pod, "seccompProfile.type", (value) => value === "RuntimeDefault" || value === "Localhost" || isUnknown(value))),
  control("dropped-capabilities", "restricted", "unrestricted capabilities", (pod) =>
    containersOf(pod).some((container) => {
      const drop = container.get("securityContext.capabilities.drop");
      const dropsAll = isUnknown(drop) || (Array.isArray(drop) && drop.includes("ALL"));
      return !dropsAll || container.texts("securityContext.capabilities.add").some((capability) => capability !== "NET_BIND_SERVICE");
    }),
  ),
];
