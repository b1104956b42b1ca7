import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { isRecord } from "../../../../../simulator/engine/values";
import { proxyUser } from "../../lab/agent";
import { toolPath } from "../../tools/goTools";
import { partOf } from "../objects";
import type { Planned } from "../planned";
import { answers, chartPods, PlannedPod, Process } from "../pods";

/** What the chart calls the server's pods here. */
export const prometheusServer = "prometheus-server";

const release = "prometheus";

/** How often it reads: oftener than on a cluster, so that nobody waits. */
const interval = "2s";

/**
 * The pod of the platform's Prometheus with the annotations that the program gives it. Its proxy writes its certificate into a folder of the lab's in
 * the place of a volume, which a process has none of here.
 */
export function prometheusPods(platform: Planned, folder: string): PlannedPod[] {
  const server = partOf(platform.releases[release]?.values, ["server"]);
  const given = partOf(server, ["podAnnotations"]);
  if (!isRecord(server) || !isRecord(given)) throw new Error("The program gives Prometheus no annotations.");
  const written = certificatesOf(folder);
  fs.mkdirSync(written);
  fs.chownSync(written, proxyUser, proxyUser);
  const annotations = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, name === "proxy.istio.io/config" ? String(value).replace(/OUTPUT_CERTS: .*/, `OUTPUT_CERTS: ${written}`) : String(value)]));
  const volumes = [{ name: "istio-certs", emptyDir: {} }];
  return chartPods(platform, [release])
    .filter(({ workload }) => workload === prometheusServer)
    .map((pod) => ({ ...pod, annotations, spec: { ...pod.spec, volumes } }));
}

/**
 * The real Prometheus, of the version that is shipped, with the jobs that the program gives it. Other than there: how often it reads, where it finds
 * the API server and its own certificate, and that it records and keeps nothing.
 */
export function prometheusProcess(platform: Planned, kubeconfig: string, folder: string): Process {
  const values = platform.releases[release]?.values;
  const mounted = partOf(values, ["server", "extraVolumeMounts", 0, "mountPath"]);
  const jobs = partOf(values, ["scrapeConfigs"]);
  if (!isRecord(jobs) || typeof mounted !== "string") throw new Error("The program gives Prometheus no jobs.");
  const scrape_configs = Object.entries(jobs).flatMap(([job_name, job]) =>
    !isRecord(job) || job["enabled"] === false ? [] : [{ job_name, ...job, kubernetes_sd_configs: listOf(job["kubernetes_sd_configs"]).map((found) => ({ ...found, kubeconfig_file: kubeconfig })) }],
  );
  const file = path.join(folder, "prometheus.yaml");
  const config = stringify({ global: { scrape_interval: interval, scrape_timeout: interval }, scrape_configs }, { aliasDuplicateObjects: false });
  fs.writeFileSync(file, config.replaceAll(mounted, certificatesOf(folder)));
  return {
    command: [toolPath("prometheus"), `--config.file=${file}`, `--storage.tsdb.path=${path.join(folder, "prometheus-data")}`, "--web.listen-address=0.0.0.0:9090"],
    ready: answers("http://127.0.0.1:9090/-/ready"),
  };
}

function certificatesOf(folder: string): string {
  return path.join(folder, "prometheus-certificates");
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
