import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** What of a package.json says which packages npm installs along with a package. */
interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/**
 * Packs this package as `npm publish` would, its `prepare` included, and unpacks it into the node_modules of a new folder outside the
 * repository. Beside it are the packages that npm would install with it and `others`, and no more: links to this repository's, which
 * `environment` has Node take for the packages themselves. What a consumer gets is what is tested: compiled JavaScript, the package's
 * own `exports`, no sources.
 *
 * @returns the folder, which whoever asks for it removes, and the environment to run programs there with.
 */
export function folderWithPackage(others: readonly string[]): { folder: string; environment: NodeJS.ProcessEnv } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "consumer-"));
  const modules = path.join(folder, "node_modules");
  for (const name of installedWith([...requiredBy("."), ...others])) {
    fs.mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
    fs.symlinkSync(path.resolve("node_modules", name), path.join(modules, name));
  }
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { stdio: ["ignore", "ignore", "inherit"] });
  const tarball = fs.readdirSync(folder).find((entry) => entry.endsWith(".tgz")) as string;
  execFileSync("tar", ["-xzf", tarball], { cwd: folder });
  fs.renameSync(path.join(folder, "package"), path.join(modules, "azure-delivery-platform"));
  fs.rmSync(path.join(folder, tarball));
  return { folder, environment: { ...process.env, NODE_OPTIONS: "--preserve-symlinks --preserve-symlinks-main" } };
}

/** The packages and all that they require in turn; what lies below the package that requires it comes with that one. */
function installedWith(names: readonly string[]): ReadonlySet<string> {
  const installed = new Set(names);
  // A set hands out what is added to it meanwhile.
  for (const name of installed) {
    const folder = path.join("node_modules", name);
    for (const required of requiredBy(folder)) if (!fs.existsSync(path.join(folder, "node_modules", required))) installed.add(required);
  }
  return installed;
}

function requiredBy(folder: string): string[] {
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as Manifest;
  return [...Object.keys(dependencies), ...Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true)];
}
