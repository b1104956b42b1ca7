import { isRecord } from "../../../../simulator/engine/values";
import { Kube, KubeError, KubeObject, nameOf } from "../lab/kube";
import type { Place, Pod } from "../lab/lab";
import { until } from "../lab/until";

/** How long everything may take to arrive, and how often it is looked for. */
const patience = { within: 30_000, every: 30 };

/**
 * Waits until proxies work by what the API server has.
 *
 * istiod sends what has changed when nothing has changed for a tenth of a second, and says nowhere of a proxy that it has nothing more to send. So it is
 * first asked whether it knows the objects; then an object is changed that every proxy has something of, in what istiod sends last: the routes. Where
 * that has arrived, all before it has, too.
 *
 * @source https://istio.io/latest/docs/ops/diagnostic-tools/proxy-cmd/ and https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#eventual-consistency-considerations
 */
export class Settling {
  private count = 0;

  constructor(
    private readonly kube: Kube,
    /** Where istiod runs: its pages answer nobody else. */
    private readonly istiod: Place,
  ) {}

  /** `changed` are the objects that have been changed, made or removed; of others than Istio's, istiod isn't asked. */
  async settle(changed: readonly KubeObject[], proxies: readonly Pod[]): Promise<void> {
    const wanted = await Promise.all(changed.filter(isIstios).map(async (object) => [nameOf(object), await this.versionOf(object)] as const));
    if (wanted.length > 0) {
      await until(`istiod to know of ${wanted.map(([name]) => name).join(", ")}`, async () => {
        const known = await this.known();
        return wanted.every(([name, version]) => known.get(name) === version);
      }, patience);
    }
    const mark = `x-lab-settled-${++this.count}`;
    await this.kube.apply([marker(mark)]);
    await Promise.all(proxies.map((pod) => until(`what istiod sends to reach the proxy of ${pod.name}`, () => worksBy(pod, mark), patience)));
  }

  /** The version of an object that the API server has; none where it has no such object. */
  private async versionOf(object: KubeObject): Promise<string | undefined> {
    try {
      return (await this.kube.read(object)).metadata.resourceVersion;
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The versions of Istio's objects that istiod has. */
  private async known(): Promise<ReadonlyMap<string, string | undefined>> {
    const { body } = await this.istiod.request({ url: "http://127.0.0.1:8080/debug/configz" });
    const objects: readonly KubeObject[] = JSON.parse(body);
    return new Map(objects.map((object) => [nameOf(object), object.metadata.resourceVersion]));
  }
}

const isIstios = ({ apiVersion }: KubeObject): boolean => /\.istio\.io\//.test(apiVersion);

/** Has each proxy drop a header that nobody sends. */
function marker(header: string): KubeObject & { readonly spec: object } {
  const patch = (context: string): object => ({ applyTo: "ROUTE_CONFIGURATION", match: { context }, patch: { operation: "MERGE", value: { response_headers_to_remove: [header] } } });
  return { apiVersion: "networking.istio.io/v1alpha3", kind: "EnvoyFilter", metadata: { name: "lab-settled", namespace: "istio-system" }, spec: { configPatches: ["SIDECAR_OUTBOUND", "GATEWAY"].map(patch) } };
}

/** True where a proxy has the mark, and nothing of its configuration is still on its way into use. */
async function worksBy(pod: Pod, mark: string): Promise<boolean> {
  const routes = await pod.admin("/config_dump?resource=dynamic_route_configs&mask=route_config.response_headers_to_remove");
  return routes.includes(`"${mark}"`) && areZero(pod, ["cluster_manager.warming_clusters", "listener_manager.total_listeners_warming"]);
}

/**
 * Waits until proxies have done with what was configured before: for 45 seconds connections may go on by it, and at their end they are cut off, with the
 * requests that they have.
 *
 * @source https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig (`drainDuration`)
 */
export async function drained(proxies: readonly Pod[]): Promise<void> {
  const draining = ["listener_manager.total_filter_chains_draining", "listener_manager.total_listeners_draining"];
  await Promise.all(proxies.map((pod) => until(`the proxy of ${pod.name} to have done with what was configured before`, () => areZero(pod, draining), { within: 70_000, every: 500 })));
}

async function areZero(pod: Pod, names: readonly string[]): Promise<boolean> {
  const answer: unknown = JSON.parse(await pod.admin(`/stats?format=json&filter=^(${names.join("|")})$`));
  const stats = isRecord(answer) && Array.isArray(answer["stats"]) ? answer["stats"] : [];
  return stats.length === names.length && stats.every((stat) => isRecord(stat) && stat["value"] === 0);
}
