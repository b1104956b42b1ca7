import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { pinsOf, say } from "../../../support/goTool";
import { cache, digestOf, markUsed, putInPlace } from "../../../support/toolCache";
import { folderOf, pinned } from "./goTools";

/* Charts and definitions that are part of a Go module. */

interface ModuleFiles {
  /** The folder with the go.mod that pins it. */
  readonly folder: string;
  readonly module: string;
  /** What is kept of it. */
  readonly paths: readonly string[];
}

const istio: ModuleFiles = { folder: "istio", module: "istio.io/istio", paths: ["manifests/charts", "tools/packaging/common/envoy_bootstrap.json"] };
const certManager: ModuleFiles = { folder: "certManager", module: "github.com/cert-manager/cert-manager", paths: ["deploy/charts", "deploy/crds"] };

const placeOf = ({ folder, module, paths }: ModuleFiles): string => path.join(cache, `${folder}-files-${pinned(folder, module)}-${digestOf(...pinsOf(folderOf(folder)), ...paths)}`);

const ofIstio = (...names: readonly string[]): string => path.join(placeOf(istio), "manifests", "charts", ...names);

/** The folders of the charts, by the program's releases of them. */
const chartFolders: Readonly<Record<string, string>> = {
  "istio-base": ofIstio("base"),
  istiod: ofIstio("istio-control", "istio-discovery"),
  "istio-cni": ofIstio("istio-cni"),
  "istio-ingress": ofIstio("gateway"),
  "cert-manager": path.join(placeOf(certManager), "deploy", "charts", "cert-manager"),
};

/** The releases whose charts can be had without their registries. */
export const chartReleases: readonly string[] = Object.keys(chartFolders);

/** The folder of a release's chart. */
export function chartFolder(release: string): string {
  const folder = chartFolders[release];
  if (folder === undefined) throw new Error(`The chart of ${release} is not to be had here.`);
  return folder;
}

/** Other files of them. */
export const chartFiles = {
  /** What the agent makes Envoy's own configuration of. */
  envoyBootstrap: path.join(placeOf(istio), "tools", "packaging", "common", "envoy_bootstrap.json"),
  /** One YAML file for each kind. */
  certManagerDefinitions: path.join(placeOf(certManager), "deploy", "crds"),
} as const;

const all = [istio, certManager];

/** The folders with the go.mod of those that aren't there yet. */
export function missingChartModules(): string[] {
  return all.filter((files) => !fs.existsSync(placeOf(files))).map(({ folder }) => folderOf(folder));
}

/** Copies them where they aren't there yet. */
export function provideCharts(): void {
  all.forEach(provide);
}

function provide(files: ModuleFiles): void {
  const place = placeOf(files);
  if (fs.existsSync(place)) return markUsed(place);
  say(`Fetching the files of ${files.module}, once: some seconds.`);
  const downloaded = spawnSync("go", ["mod", "download", "-json", files.module], { cwd: folderOf(files.folder), encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const source = downloaded.status === 0 ? /"Dir": "([^"]+)"/.exec(downloaded.stdout)?.[1] : undefined;
  if (source === undefined) throw new Error(`Go could not fetch ${files.module}.`);
  putInPlace(place, (unfinished) => {
    for (const part of files.paths) fs.cpSync(path.join(source, part), path.join(unfinished, part), { recursive: true });
  });
}
