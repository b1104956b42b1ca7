import { spawn } from "node:child_process";
import * as path from "node:path";
import { Mark } from "./mark";

/** Has a process of its own remove what a mark names, should this one be killed. What is returned ends it; then nobody does. */
export function watch({ id }: Mark): () => void {
  // ts-node looks for its settings where the process works.
  const watcher = spawn(process.execPath, [path.join(__dirname, "watcher.cjs"), id], { cwd: path.resolve(__dirname, "../../../.."), stdio: ["pipe", "ignore", "inherit"], detached: true });
  watcher.unref();
  return () => {
    watcher.kill("SIGKILL");
  };
}
