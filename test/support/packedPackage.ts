import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/**
 * Packs this package as `npm publish` would, its `prepare` included, and unpacks it into the node_modules of a new folder outside the
 * repository, with the other packages linked beside it. What a consumer gets is what is tested: compiled JavaScript, the package's own
 * `exports`, no sources.
 *
 * @returns the folder; whoever asks for it removes it.
 */
export function folderWithPackage(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "consumer-"));
  const modules = path.join(folder, "node_modules");
  fs.mkdirSync(modules);
  for (const name of fs.readdirSync("node_modules").filter((entry) => !entry.startsWith("."))) fs.symlinkSync(path.resolve("node_modules", name), path.join(modules, name));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { stdio: ["ignore", "ignore", "inherit"] });
  const tarball = fs.readdirSync(folder).find((entry) => entry.endsWith(".tgz")) as string;
  execFileSync("tar", ["-xzf", tarball], { cwd: folder });
  fs.renameSync(path.join(folder, "package"), path.join(modules, "azure-delivery-platform"));
  fs.rmSync(path.join(folder, tarball));
  return folder;
}
