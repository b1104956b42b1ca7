import * as fs from "node:fs";
import * as path from "node:path";
import { GoTool, placeOf } from "../../../support/goTool";

/* The servers and commands that are built from Go modules. The version of each is the one in its folder's go.mod, and nowhere else. */

/** The folder of a tool's go.mod. */
export function folderOf(name: string): string {
  return path.join(__dirname, name);
}

/** The version of a module that a folder requires, without its `v`. */
export function pinned(folder: string, module: string): string {
  const found = new RegExp(`^\\s*(?:require )?${module.replaceAll(".", "\\.")} v(\\S+)`, "m").exec(fs.readFileSync(path.join(folderOf(folder), "go.mod"), "utf8"))?.[1];
  if (found === undefined) throw new Error(`test/mesh/real/tools/${folder}/go.mod does not require ${module}.`);
  return found;
}

const kubernetes = pinned("kubernetes", "k8s.io/kubernetes");
const [major, minor] = kubernetes.split(".");
const kubernetesTool = (name: string): GoTool => ({
  name,
  version: kubernetes,
  folder: folderOf("kubernetes"),
  importPath: `k8s.io/kubernetes/cmd/${name}`,
  says: /^Kubernetes v(\S+)/,
  // What /version answers: charts and Istio read it.
  linked: [`gitVersion=v${kubernetes}`, `gitMajor=${major}`, `gitMinor=${minor}`].map((variable) => `-X k8s.io/component-base/version.${variable}`).join(" "),
  takes: "up to six minutes on two cores",
});

// The module is a state of the release branch: it calls itself after the branch and the commit, not after a release.
const branch = pinned("istio", "istio.io/api").split(".").slice(0, 2).join(".");
const istio = `${branch}-alpha.${pinned("istio", "istio.io/istio").split("-").at(-1)}`;
const istioTool = (name: string, importPath: string, ...asks: readonly string[]): GoTool => ({
  name,
  version: istio,
  folder: folderOf("istio"),
  importPath: `istio.io/istio/${importPath}`,
  asks: (file) => [file, "version", ...asks],
  says: /(?:Version:"|client version: )(\d[^"\s]*)/,
  linked: `-X istio.io/istio/pkg/version.buildVersion=${istio}`,
  takes: "up to five minutes on two cores",
});

const helm = pinned("helm", "helm.sh/helm/v3");
const oauth2Proxy = pinned("oauth2Proxy", "github.com/oauth2-proxy/oauth2-proxy/v7");
/** A tool of Prometheus' module. */
export function prometheusTool(name: "prometheus" | "promtool"): GoTool {
  // The module counts the same releases another way: v3.14.0 is v0.314.0. https://github.com/prometheus/prometheus#prometheus-code-base
  const version = pinned("prometheus", "github.com/prometheus/prometheus").replace(/^0\.(\d)0?(\d+)\.(\d+)$/, "$1.$2.$3");
  return {
    name,
    version,
    folder: folderOf("prometheus"),
    importPath: `github.com/prometheus/prometheus/cmd/${name}`,
    says: /version (\S+)/,
    linked: `-X github.com/prometheus/common/version.Version=${version}`,
    takes: "about four minutes on two cores",
  };
}

/** Every one that the mesh is made of. */
export const goTools = {
  apiServer: kubernetesTool("kube-apiserver"),
  controllerManager: kubernetesTool("kube-controller-manager"),
  pilotDiscovery: istioTool("pilot-discovery", "pilot/cmd/pilot-discovery"),
  pilotAgent: istioTool("pilot-agent", "pilot/cmd/pilot-agent"),
  istioctl: istioTool("istioctl", "istioctl/cmd/istioctl", "--remote=false"),
  etcd: {
    name: "etcd",
    version: pinned("etcd", "go.etcd.io/etcd/server/v3"),
    folder: folderOf("etcd"),
    importPath: "go.etcd.io/etcd/server/v3",
    says: /^etcd Version: (\S+)/,
    takes: "a minute",
  },
  helm: {
    name: "helm",
    version: helm,
    folder: folderOf("helm"),
    importPath: "helm.sh/helm/v3/cmd/helm",
    asks: (file) => [file, "version", "--template={{.Version}}"],
    says: /^v(\S+)/,
    linked: `-X helm.sh/helm/v3/internal/version.version=v${helm}`,
    takes: "a minute and a half",
  },
  prometheus: prometheusTool("prometheus"),
  rateLimit: {
    name: "ratelimit",
    version: pinned("ratelimit", "github.com/envoyproxy/ratelimit"),
    folder: folderOf("ratelimit"),
    importPath: "github.com/envoyproxy/ratelimit/src/service_cmd",
    // It has no way to say its version: Go reads what it was built from.
    asks: (file) => ["go", "version", "-m", file],
    says: /mod\s+github\.com\/envoyproxy\/ratelimit\s+v(\S+)/,
    takes: "half a minute",
  },
  oauth2Proxy: {
    name: "oauth2-proxy",
    version: oauth2Proxy,
    folder: folderOf("oauth2Proxy"),
    importPath: "github.com/oauth2-proxy/oauth2-proxy/v7",
    says: /oauth2-proxy v(\S+)/,
    linked: `-X github.com/oauth2-proxy/oauth2-proxy/v7/pkg/version.VERSION=v${oauth2Proxy}`,
    takes: "a minute",
  },
} as const satisfies Record<string, GoTool>;

/** Where one of them is. */
export function toolPath(tool: keyof typeof goTools): string {
  return placeOf(goTools[tool]);
}
