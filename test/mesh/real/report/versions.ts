import * as fs from "node:fs";
import { charts, images } from "../../../../components/shared/versions";
import { parseConfig } from "../../../../stacks/config/parseConfig";
import { fileConfig } from "../../../support/plans";
import { envoyVersion } from "../tools/envoy";
import { goTools, pinned } from "../tools/goTools";

/** A server, as the platform ships it and as it was run here. */
export interface VersionRow {
  readonly server: string;
  readonly shipped: string;
  readonly tested: string;
}

/** The line of Kubernetes that dev's cluster has. */
export function kubernetesLine(): string {
  const { kubernetesVersion } = parseConfig(fileConfig("dev"), "dev").cluster;
  if (kubernetesVersion === undefined) throw new Error("The program says of dev's cluster no version of Kubernetes.");
  return kubernetesVersion;
}

/** What can't be read from files of the repository. */
export interface Asked {
  /** The line of Kubernetes that dev's cluster has. */
  readonly kubernetes: string;
  /** What Debian's Redis says that it is. */
  readonly redis: string;
  /** What the binary says that it is that OAUTH2_PROXY_BIN names. Default: none is named, the pinned one was run. */
  readonly otherOauth2Proxy?: string;
}

// https://istio.io/latest/news/releases/
const istioReleases: Readonly<Record<string, string>> = { "1.31.1": "2026-09-21" };

// The line of Envoy that a line of Istio is made of: https://istio.io/latest/docs/releases/supported-releases/#supported-envoy-versions
const envoyLines: Readonly<Record<string, string>> = { "1.31": "1.39" };

/** Every server of the tier beside the one that the platform runs. */
export function versionRows({ kubernetes, redis, otherOauth2Proxy }: Asked): readonly VersionRow[] {
  const { commit, day, relation } = testedIstio();
  return [
    { server: "Kubernetes' API server and controllers", shipped: `${kubernetes}; the patch is AKS' choice`, tested: goTools.apiServer.version },
    { server: "etcd", shipped: "not ours to say: AKS runs it", tested: goTools.etcd.version },
    { server: "Istio: istiod, agent, injector, istioctl", shipped: images.istioPilot.tag, tested: `commit ${commit} of the branch ${branch}, of ${day}: ${relation}` },
    { server: "Istio's charts and definitions", shipped: charts.istiod.version, tested: `those of commit ${commit}` },
    { server: "Envoy", shipped: `${known(envoyLines, branch, "the line of Envoy")}, in istio/proxyv2 ${images.istioProxy.tag}, with Istio's own filters`, tested: `${envoyVersion}, without Istio's own filters` },
    { server: "Helm", shipped: `not ours to say: it is inside of Pulumi's Kubernetes provider ${kubernetesProvider()}`, tested: goTools.helm.version },
    { server: "cert-manager's chart and definitions", shipped: numberOf(charts.certManager.version), tested: pinned("certManager", "github.com/cert-manager/cert-manager") },
    { server: "rate-limit service", shipped: `commit ${images.rateLimit.tag}`, tested: `commit ${goTools.rateLimit.version.split("-").at(-1)?.slice(0, images.rateLimit.tag.length)}` },
    { server: "Redis", shipped: images.redis.tag.split("@")[0] ?? "", tested: `${redis}, Debian's` },
    { server: "Prometheus", shipped: numberOf(images.prometheus.tag), tested: goTools.prometheus.version },
    { server: "oauth2-proxy", shipped: numberOf(images.oauth2Proxy.tag), tested: otherOauth2Proxy === undefined ? goTools.oauth2Proxy.version : `${otherOauth2Proxy}, which OAUTH2_PROXY_BIN names` },
  ];
}

/** Envoy's own API, by which the tested istiod speaks to it: the version that it was built with, and the day of the one that its commit asks for. */
export function envoyApi(): { readonly built: string; readonly asked: string } {
  const api = "github.com/envoyproxy/go-control-plane/envoy";
  return { built: pinned("istio", `replace ${api} => ${api}`), asked: dayOf(pinned("istio", api)) };
}

const branch = images.istioPilot.tag.split(".").slice(0, 2).join(".");

/** Which state of Istio was built, and how old it is beside the release that is shipped. */
function testedIstio(): { commit: string; day: string; relation: string } {
  const version = pinned("istio", "istio.io/istio");
  const [commit = "", day] = [version.split("-").at(-1), dayOf(version)];
  const { tag } = images.istioPilot;
  const released = known(istioReleases, tag, "the day of Istio's release");
  return { commit, day, relation: day < released ? `older than ${tag}, which came on ${released}` : `younger than ${tag}, which came on ${released}` };
}

/** The day in a version that Go makes of a commit, as `v0.0.0-20260827124520-eed52ebb66ad`. */
function dayOf(version: string): string {
  const [, year, month, day] = /-(?:0\.)?(\d{4})(\d\d)(\d\d)\d{6}-[0-9a-f]{12}$/.exec(version) ?? [];
  if (day === undefined) throw new Error(`${version} is not a version of a commit: say in report/versions.ts which state it is.`);
  return `${year}-${month}-${day}`;
}

function kubernetesProvider(): string {
  const { devDependencies }: { devDependencies: Readonly<Record<string, string>> } = JSON.parse(fs.readFileSync("package.json", "utf8"));
  return known(devDependencies, "@pulumi/kubernetes", "the version of the provider");
}

function known(table: Readonly<Record<string, string>>, key: string, what: string): string {
  const value = table[key];
  if (value === undefined) throw new Error(`report/versions.ts does not know ${what} for ${key}. Look it up and add it.`);
  return value;
}

const numberOf = (tag: string): string => tag.replace(/^v/, "");
