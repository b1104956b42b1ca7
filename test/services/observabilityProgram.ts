import * as k8s from "@pulumi/kubernetes";
import { Exposure } from "../../components/mesh/exposure";
import { Istio } from "../../components/mesh/istio";
import { entraTokens } from "../../components/mesh/requireSignIn";
import { Prometheus } from "../../components/services/prometheus";
import { ClusterTarget } from "../../components/shared/cluster";
import { ImageSource } from "../../components/shared/images";
import { Mode, Plan } from "../../simulator/engine/plan";
import { testCluster } from "../support/insideCluster";
import { record } from "../support/record";

/** What Grafana, Kiali and Tracing are all given. */
export interface Surroundings {
  readonly cluster: ClusterTarget;
  readonly images: ImageSource;
  readonly istio: Istio;
  readonly prometheus: Prometheus;
  readonly exposed: Exposure;
  readonly ready: readonly [Istio];
}

/** Runs a program beside Istio and Prometheus; the gateway's namespace, which stands for the host's sign-in too, is a stand-in named `gateway`. */
export function observed(program: (surroundings: Surroundings) => void, { mode = "up", images = {} }: { readonly mode?: Mode; readonly images?: ImageSource } = {}): Promise<Plan> {
  return record(
    () => {
      const cluster = testCluster();
      const gateway = new k8s.core.v1.Namespace("gateway", { metadata: { name: "istio-ingress" } }, { provider: cluster.provider, deletedWith: cluster.deletedWith });
      const istio = new Istio("istio", { cluster, images });
      const exposed: Exposure = {
        host: "shown.dev.example.com",
        gateway: { gateway: "istio-ingress/front-door", identity: { serviceAccount: { namespace: "istio-ingress", name: "istio-ingress" }, podLabels: { istio: "ingress" } } },
        tokens: entraTokens("11111111-1111-4111-8111-111111111111", "client"),
        ready: [gateway],
      };
      const prometheus = new Prometheus("prometheus", { cluster, images, retentionDays: 15, sizeGi: 32, ready: [istio] });
      program({ cluster, images, istio, prometheus, exposed, ready: [istio] });
    },
    { mode },
  );
}
