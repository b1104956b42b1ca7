import * as fs from "node:fs";
import * as path from "node:path";
import { isRecord } from "../../../../../simulator/engine/values";
import { toolPath } from "../../tools/goTools";
import { named, partOf } from "../objects";
import type { Planned } from "../planned";
import { answers, PlannedPod, Process } from "../pods";

/** What opens the Redis that counts are kept in. */
export const countsPassword = "counts";

/** The chart's release of that Redis, in the apps' program. */
export const countsRedis = "rate-limit-redis";

/**
 * The real service that counts, with the variables and the files that its Deployment gives it. They are in a folder of the lab's, since a
 * process has no file system of its own here.
 */
export function rateLimitProcess({ objects }: Planned, { containers = [], namespace, workload }: PlannedPod, folder: string): Process {
  const data = partOf(named(objects, `ConfigMap ${namespace}/${workload}`), ["data"]);
  if (!isRecord(data)) throw new Error(`${workload} has no files.`);
  const root = path.join(folder, "limits");
  fs.mkdirSync(path.join(root, "ratelimit", "config"), { recursive: true });
  for (const [file, text] of Object.entries(data)) fs.writeFileSync(path.join(root, "ratelimit", "config", file), String(text));
  const env = Object.fromEntries((containers[0]?.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
  return { command: [toolPath("rateLimit")], env: { ...env, RUNTIME_ROOT: root, REDIS_AUTH: countsPassword }, ready: answers("http://127.0.0.1:8080/healthcheck") };
}
