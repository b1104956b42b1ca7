import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { makerOf, namespaceName, namespaces, removeNamespace, runs } from "./network";

/* What a lab has on the machine besides processes, and what is left of one whose process could not remove it. */

// As long as it is there, the lab runs or was killed.
const mark = "running";

/** Makes the folder of a lab. */
export function makeFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), namespaceName("")));
  // Proxies run as another user.
  fs.chmodSync(folder, 0o755);
  fs.writeFileSync(path.join(folder, mark), "");
  return folder;
}

/** Removes the folder of a lab, or leaves it for someone to read. May be called twice. */
export function removeFolder(folder: string, keep: boolean): void {
  fs.rmSync(keep ? path.join(folder, mark) : folder, { recursive: true, force: true });
}

/** Removes what labs left behind whose process is no more. This process has none when it calls this. */
export function removeLeftovers(): void {
  const isLeft = (name: string): boolean => {
    const maker = makerOf(name);
    return maker !== undefined && (maker === process.pid || !runs(maker));
  };
  namespaces().filter(isLeft).forEach(removeNamespace);
  for (const name of fs.readdirSync(os.tmpdir()).filter(isLeft)) {
    const folder = path.join(os.tmpdir(), name);
    if (fs.existsSync(path.join(folder, mark))) removeFolder(folder, false);
  }
}
