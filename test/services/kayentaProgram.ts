import * as k8s from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import { Kayenta, KayentaArgs } from "../../components/services/kayenta";
import { Prometheus } from "../../components/services/prometheus";
import { Mode, Plan } from "../../simulator/engine/plan";
import { testCluster } from "../support/insideCluster";
import { record } from "../support/record";

/** The key of the storage account that stands in for a real one. */
export const testStorageKey = "c3RhbmQtaW4gZm9yIGFuIGFjY291bnQga2V5";

/** Kayenta beside a Prometheus; the mesh, the gateway's namespace and the storage account are stand-ins: `mesh`, `gateway`, `account`. */
export function kayentaPlan(change: (defaults: KayentaArgs, gateway: k8s.core.v1.Namespace) => Partial<KayentaArgs> = () => ({}), mode: Mode = "up"): Promise<Plan> {
  return record(
    () => {
      const cluster = testCluster();
      const inside = { provider: cluster.provider, deletedWith: cluster.deletedWith };
      const mesh = new k8s.core.v1.Namespace("mesh", { metadata: { name: "istio-system" } }, inside);
      const gateway = new k8s.core.v1.Namespace("gateway", { metadata: { name: "istio-ingress" } }, inside);
      const account = new random.RandomId("account", { byteLength: 4 });
      const ready = [mesh];
      const args: KayentaArgs = {
        cluster,
        images: {},
        storage: { accountName: "stacmedevkayenta", accountKey: testStorageKey, endpointRange: "10.0.4.64/26", ready: [account] },
        prometheus: new Prometheus("prometheus", { cluster, images: {}, retentionDays: 15, sizeGi: 32, ready }),
        ready,
      };
      new Kayenta("kayenta", { ...args, ...change(args, gateway) });
    },
    { mode },
  );
}
