import * as path from "node:path";
import { answers, PlannedPod, Process } from "../pods";

/** An app with metrics, on the ports that its first container names: requests on the first, metrics on the last. */
export function meteredProcess({ name, containers = [] }: PlannedPod): Process {
  const ports = (containers[0]?.ports ?? []).map(({ containerPort }) => String(containerPort));
  const [port = "8080"] = ports;
  return { command: [process.execPath, path.join(__dirname, "..", "apps", "metered.mjs")], env: { POD: name, PORT: port, METRICS_PORT: ports.at(-1) ?? port }, ready: answers(`http://127.0.0.1:${port}/healthz`) };
}
