import { Exposure } from "../components/mesh/exposure";
import { Grafana } from "../components/services/grafana";
import { Kiali } from "../components/services/kiali";
import { Tracing } from "../components/services/tracing";
import { AzureLayer } from "./azureLayer";
import { PlatformConfig } from "./config/schema";
import { MeshLayer } from "./meshLayer";
import { ServicesLayer } from "./servicesLayer";

/** What shows how the mesh does, each part where the config has a host for it, and each behind that host's sign-in. */
export function observabilityLayer({ inside, pods }: AzureLayer, { ingress, istio }: MeshLayer, { prometheus, signIn, signInRules }: ServicesLayer, { observability }: PlatformConfig): void {
  // The config names no host here that doesn't ask for the sign-in, so that without a sign-in there is none.
  if (signIn === undefined) return;
  const { grafana, kiali, tracing } = observability;
  const exposedAt = (host: string): Exposure => ({ host, gateway: ingress, tokens: signIn.tokens, ready: [ingress.namespace, ...(signInRules[host] ?? [])] });
  const inMesh = { ...pods, ready: [istio] };

  const traces = tracing && new Tracing("tracing", { ...inMesh, ...tracing, istio, exposed: exposedAt(tracing.host) }, inside);
  if (grafana) new Grafana("grafana", { ...inMesh, prometheus, exposed: exposedAt(grafana.host) }, inside);
  if (kiali) new Kiali("kiali", { ...inMesh, istio, prometheus, tracing: traces, exposed: exposedAt(kiali.host) }, inside);
}
