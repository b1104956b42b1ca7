import type { World } from "../claims/world";
import { KubeError, until } from "../lab/lab";
import { Fault } from "./fault";
import { underLoad } from "./load";

const orders = { from: "front-v1-0", url: "http://orders.orders.svc.cluster.local/orders/1" };

/** A Service that the program doesn't know, for pods that it does: nobody but istiod tells the proxies of it. */
const another = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "orders-again", namespace: "orders" },
  spec: { selector: { app: "orders" }, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
};

/** An object that the API server has istiod check. */
const policy = { apiVersion: "security.istio.io/v1", kind: "AuthorizationPolicy", metadata: { name: "try", namespace: "stranger" }, spec: { action: "ALLOW", rules: [{}] } };

const askAnother = async (world: World): Promise<number | string> => (await world.place(orders.from).request({ url: "http://orders-again.orders.svc.cluster.local/orders/1" })).status;

async function refusal(world: World): Promise<string> {
  try {
    await world.lab.kube.apply([policy]);
    return "taken";
  } catch (error) {
    if (error instanceof KubeError && /webhook/.test(error.message)) return "refused";
    throw error;
  }
}

/** Looks until the other Service is reached, and says what it answers. */
const reached = (world: World): Promise<number> =>
  until("the new Service to be known to the caller's proxy", async () => {
    const status = await askAnother(world);
    return status === 200 ? status : false;
  });

/** What governs the mesh breaks: what is there goes on, what is new waits. */
export const controlPlaneFaults: readonly Fault[] = [
  {
    id: "istiod-stopped",
    claims: "while istiod is away, traffic goes on; an object of Istio's is refused, what Kubernetes takes by itself waits; and both come after its return",
    what: "istiod is stopped while front calls orders; a Service is made for the pods of orders, an AuthorizationPolicy applied; istiod is started",
    figures: async (world) => {
      const { istiod, kube } = world.lab;
      const seen: Record<string, string | number> = {};
      try {
        const load = await underLoad(world, orders, async () => {
          await istiod.stop("SIGKILL");
          await kube.apply([another]);
          seen["new Service while it is away"] = await askAnother(world);
          seen["policy while it is away"] = await refusal(world);
          await istiod.start();
          seen["new Service after"] = await reached(world);
          seen["policy after"] = await until("istiod to check objects", async () => {
            const outcome = await refusal(world);
            return outcome === "taken" && outcome;
          });
        });
        return { ...load, ...seen };
      } finally {
        if (istiod.pid === undefined) await istiod.start();
        for (const object of [another, policy]) await kube.remove(object);
      }
    },
    expected: { lost: 0, "new Service while it is away": 502, "policy while it is away": "refused", "new Service after": 200, "policy after": "taken" },
  },
  {
    id: "api-server-restarted",
    claims: "while the API server is away, traffic goes on, and after its return changes arrive",
    what: "the API server is restarted while front calls orders; then a Service is made for the pods of orders",
    figures: async (world) => {
      const { apiServer, kube } = world.lab;
      let after: string | number = "";
      try {
        const load = await underLoad(world, orders, async () => {
          await apiServer.restart("SIGKILL");
          await until("the API server to take objects", () => kube.apply([another]));
          after = await reached(world);
        });
        return { ...load, "new Service after": after };
      } finally {
        if (apiServer.pid === undefined) await apiServer.start();
        await kube.remove(another);
      }
    },
    expected: { lost: 0, "new Service after": 200 },
  },
];
