import * as fs from "node:fs";
import * as path from "node:path";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPod } from "kubernetes-models/v1/Pod";
import { chartFiles } from "../tools/charts";
import { envoy } from "../tools/envoy";
import { toolPath } from "../tools/goTools";
import { podNetwork } from "./network";

/* The agent of a pod, begun as the injector wrote it into the object. */

/** The name of agent and Envoy, together one server. */
export const proxyServer = "proxy";

/** The user that the agent and Envoy are, and whose traffic the redirection leaves alone. */
export const proxyUser = 1337;

// The tools' cache may be in a folder that is root's alone: reading is all that this user may do more than others.
const asProxyUser = ["setpriv", "--reuid", `${proxyUser}`, "--regid", `${proxyUser}`, "--clear-groups", "--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"];

/** What the kubelet would know of a pod. */
interface Placed {
  readonly object: IPod;
  readonly address: string;
  readonly folder: string;
}

/** The container that the injector added; none where it did not. */
export function proxyContainer({ spec }: IPod): IContainer | undefined {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].find(({ name }) => name === "istio-proxy");
}

/**
 * The command that redirects the pod's traffic: the injected object has it to check what the node agent does, with the very arguments.
 * Nothing for a gateway.
 */
export function redirection({ spec }: IPod): string[] | undefined {
  const args = spec?.initContainers?.find(({ name }) => name === "istio-validation" || name === "istio-init")?.args;
  return args === undefined ? undefined : [toolPath("pilotAgent"), ...args.filter((arg) => arg !== "--run-validation" && arg !== "--skip-rule-apply")];
}

/** Writes the files that the agent finds in its pod. */
export function writeAgentFiles({ object, folder }: Placed, token: string, rootCertificate: string): void {
  const lines = (map: Readonly<Record<string, string>> | undefined): string => Object.entries(map ?? {}).map(([key, value]) => `${key}=${JSON.stringify(value)}\n`).join("");
  const files = {
    "var/run/secrets/tokens/istio-token": token,
    "var/run/secrets/istio/root-cert.pem": rootCertificate,
    "etc/istio/pod/labels": lines(object.metadata?.labels),
    "etc/istio/pod/annotations": lines(object.metadata?.annotations),
    // Envoy opens its standard output anew, for its access log.
    [`${proxyServer}.log`]: "",
  };
  for (const [file, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), content);
  }
  for (const folderOfProxy of ["var/run/secrets/workload-spiffe-uds", "var/run/secrets/workload-spiffe-credentials", "etc/istio/proxy", "var/lib/istio/data", "etc/certs"]) fs.mkdirSync(path.join(folder, folderOfProxy), { recursive: true });
  give(folder);
}

/** The agent's command and environment. */
export function agentCommand(container: IContainer, placed: Placed): { command: string[]; env: Record<string, string> } {
  const env = Object.fromEntries((container.env ?? []).flatMap(({ name, value, valueFrom }) => {
    const known = value ?? fieldOf(placed, valueFrom?.fieldRef?.fieldPath);
    return known === undefined ? [] : [[name, known] as const];
  }));
  const proxyConfig: unknown = JSON.parse(env["PROXY_CONFIG"] ?? "{}");
  const here = { binaryPath: envoy, configPath: path.join(placed.folder, "etc/istio/proxy") };
  const args = (container.args ?? []).map((arg) => arg.replace(/\$\((\w+)\)/g, (_, name: string) => env[name] ?? ""));
  return {
    command: [...asProxyUser, toolPath("pilotAgent"), ...args, "--templateFile", chartFiles.envoyBootstrap],
    env: { ...env, PROXY_CONFIG: JSON.stringify({ ...(typeof proxyConfig === "object" ? proxyConfig : {}), ...here }) },
  };
}

function fieldOf({ object: { metadata, spec }, address }: Placed, field: string | undefined): string | undefined {
  switch (field) {
    case "metadata.name":
      return metadata?.name;
    case "metadata.namespace":
      return metadata?.namespace;
    case "status.podIP":
      return address;
    case "status.hostIP":
      return podNetwork.gateway;
    case "spec.serviceAccountName":
      return spec?.serviceAccountName;
    case "spec.nodeName":
      return spec?.nodeName;
    default:
      return undefined;
  }
}

/** Gives a folder and all that is in it to the proxy's user. */
function give(folder: string): void {
  fs.chownSync(folder, proxyUser, proxyUser);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const inner = path.join(folder, entry.name);
    if (entry.isDirectory()) give(inner);
    else fs.chownSync(inner, proxyUser, proxyUser);
  }
}
