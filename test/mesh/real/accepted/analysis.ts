import { toolPath } from "../tools/goTools";
import { Lab } from "../lab/lab";

/** What istioctl finds in a cluster. */
interface Finding {
  readonly code: string;
  readonly level: string;
  readonly message: string;
  /** The object, as `Gateway istio-ingress/front-door`. */
  readonly origin: string;
}

/** What `istioctl analyze` finds in the whole cluster, above the level of information. */
export async function analyze(lab: Lab): Promise<Finding[]> {
  const command = [toolPath("istioctl"), "analyze", "--all-namespaces", "--kubeconfig", lab.kubeconfig, "--output", "json", "--failure-threshold", "Error"];
  const { stdout, stderr } = await lab.control.run(command);
  const findings: unknown = stdout.trim() === "" ? undefined : JSON.parse(stdout);
  if (!Array.isArray(findings)) throw new Error(`istioctl analyze found nothing, not even what it informs of: ${stderr}`);
  return findings.filter(isFinding).filter(({ level }) => level !== "Info");
}

/** In one line. */
export function findingText({ code, origin, message }: Finding): string {
  return `${code} ${origin}: ${message}`;
}

function isFinding(value: unknown): value is Finding {
  return typeof value === "object" && value !== null && ["code", "level", "message", "origin"].every((key) => key in value);
}
