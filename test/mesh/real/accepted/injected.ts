import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { named, partOf } from "../claims/objects";
import { objectsIn } from "../lab/istio";
import type { Lab } from "../lab/lab";
import { toolPath } from "../tools/goTools";

const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "try", namespace: "default" }, spec: { containers: [{ name: "app", image: "app" }] } };

/** What istiod's injector makes of a pod by what its chart renders to. The command wants a cluster, of which it asks the namespaces. */
export async function injected({ control: place, kubeconfig }: Lab, rendered: string): Promise<string> {
  const objects = objectsIn(rendered);
  const injector = named(objects, "ConfigMap istio-system/istio-sidecar-injector");
  const folder = fs.mkdtempSync(path.join(place.folder, "inject-"));
  const file = (name: string, content: unknown): string => {
    const full = path.join(folder, name);
    fs.writeFileSync(full, String(content));
    return full;
  };
  try {
    const command = [
      ...[toolPath("istioctl"), "kube-inject", "--kubeconfig", kubeconfig, "--filename", file("pod.yaml", stringify(pod))],
      ...["--injectConfigFile", file("config.yaml", partOf(injector, ["data", "config"]))],
      ...["--valuesFile", file("values.json", partOf(injector, ["data", "values"]))],
      ...["--meshConfigFile", file("mesh.yaml", partOf(named(objects, "ConfigMap istio-system/istio"), ["data", "mesh"]))],
    ];
    const { status, stdout, stderr } = await place.run(command);
    if (status !== 0) throw new Error(`istioctl kube-inject: ${stderr.trim()}`);
    return stdout;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
