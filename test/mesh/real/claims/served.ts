import { isRecord } from "../../../../simulator/engine/values";
import type { Kube, KubeObject } from "../lab/kube";
import type { Pod } from "../lab/lab";
import { until } from "../lab/until";
import { partOf } from "./objects";

/** What leads from a Service to its pods. */
interface EndpointSlice extends KubeObject {
  readonly endpoints?: readonly { readonly addresses: readonly string[]; readonly conditions?: { readonly ready?: boolean } }[] | null;
}

/** Waits until Services lead to the pods that they are for: Kubernetes sees to it a moment after a pod is ready. */
export async function servicesLeadTo(pods: readonly Pod[], objects: readonly KubeObject[], kube: Kube): Promise<void> {
  const services = objects.filter(({ kind }) => kind === "Service");
  const wanted = pods.filter((pod) => services.some((service) => selects(service, pod)));
  await until("the Services to lead to their pods", async () => {
    const slices = await kube.list<EndpointSlice>("discovery.k8s.io/v1", "EndpointSlice");
    const addresses = slices.flatMap(({ endpoints }) => (endpoints ?? []).filter(({ conditions }) => conditions?.ready).flatMap((endpoint) => endpoint.addresses));
    return wanted.every(({ address }) => addresses.includes(address));
  });
}

function selects(service: KubeObject, pod: Pod): boolean {
  const selector = partOf(service, ["spec", "selector"]);
  const labels = pod.object.metadata.labels ?? {};
  return service.metadata.namespace === pod.namespace && isRecord(selector) && Object.entries(selector).every(([name, value]) => labels[name] === value);
}
