import { randomUUID } from "node:crypto";
import type { Answer, Change } from "../claims/claim";
import type { Arrival, World } from "../claims/world";
import { until } from "../lab/until";
import { Fault } from "./fault";
import { underLoad } from "./load";

const from = "front-v1-0";
const shop = "http://shop.shop.svc.cluster.local/";
const orders = "http://orders.orders.svc.cluster.local/orders/1";

/** Takes the retries from a route. */
const noRetries = (object: string, route: number): Change => ({ object, at: ["spec", "http", route, "retries"], value: { attempts: 0 } });

/** Requests to an app, and the pod whose process is killed while they are under way. */
interface MidRequest {
  readonly url: string;
  /** How long each takes, in milliseconds. */
  readonly sleep: number;
  readonly pod: string;
}

/**
 * Says what became of them: `requests`, how many were at the pod that was killed (`cut off`), `answers 200`, `answers 503`, `lost`, how many more were lost
 * than were there, and how many more attempts than requests pods got, those of the mirror not counted.
 */
async function killedInMidRequest(world: World, { url, sleep, pod }: MidRequest): Promise<Answer> {
  const key = randomUUID();
  const app = world.appOf(pod);
  const arrivals = (): Arrival[] => world.arrivals(key).filter(({ version }) => version !== "v3");
  try {
    const answers = Promise.all(Array.from({ length: count }, () => world.place(from).request({ url: `${url}?sleep=${sleep}&key=${key}` })));
    await until(`every request to reach a pod, and one ${pod}`, () => {
      const pods = arrivals().map((arrival) => arrival.pod);
      if (pods.length < count || !pods.includes(pod)) throw new Error(`they are at ${pods.sort().join(", ")}`);
      return true;
    }, { every: 10 });
    const cut = arrivals().filter((arrival) => arrival.pod === pod).length;
    await app.stop("SIGKILL");
    const statuses = (await answers).map(({ status }) => status);
    const countOf = (status: number): number => statuses.filter((given) => given === status).length;
    const lost = count - countOf(200);
    return { requests: count, "cut off": cut, "answers 200": countOf(200), "answers 503": countOf(503), lost, "lost beyond those": Math.max(0, lost - cut), "more attempts": arrivals().length - count };
  } finally {
    if (app.pid === undefined) await app.start();
  }
}

const count = 12;

/**
 * How many requests may be lost in spite of retries. A proxy draws up to five times for a pod that wasn't tried, by how few requests each has, and a pod
 * that refuses at once has the fewest: one retry in some ten comes upon it again.
 *
 * @source https://github.com/istio/istio/blob/master/pilot/pkg/networking/core/route/retry/retry.go
 */
const again = { least: 0, most: 2 };

/** What runs in pods breaks. */
export const podFaults: readonly Fault[] = [
  {
    id: "app-killed",
    claims: "an app that is killed in mid-request costs the requests that it had, and no other; without retries none is sent twice",
    what: `${count} requests of front are under way at both pods of orders, and the process of one is killed`,
    figures: (world) => killedInMidRequest(world, { url: orders, sleep: 600, pod: "orders-v1-0" }),
    expected: { lost: { least: 1, most: count }, "lost beyond those": 0, "more attempts": 0 },
  },
  {
    id: "app-killed-retries",
    claims: "with retries what was cut off is sent again; lost is only what comes upon the pod that is gone each time",
    what: `${count} requests of front are under way at the pods of shop, and the process of one of v1 is killed`,
    figures: (world) => killedInMidRequest(world, { url: shop, sleep: 400, pod: "shop-v1-0" }),
    expected: { lost: again, "more attempts": { least: 1, most: 2 * count } },
    mutation: { what: "shop has no retries", changes: [noRetries("VirtualService shop/shop", 3)], expected: { lost: { least: 1, most: count }, "more attempts": 0 } },
  },
  {
    id: "app-killed-under-load",
    claims: "a pod whose app is gone for a while costs an app with retries next to nothing",
    what: "the process of one pod of shop is killed while front calls it, and begun again",
    figures: (world) => underLoad(world, { from, url: shop }, () => world.appOf("shop-v1-0").restart("SIGKILL")),
    expected: { lost: again },
  },
  {
    id: "proxy-restarted",
    claims: "nor does a proxy that is restarted",
    what: "the proxy of one pod of shop is restarted while front calls it",
    figures: (world) =>
      underLoad(world, { from, url: shop }, async () => {
        await world.pod("shop-v1-0").proxy?.restart();
      }),
    expected: { lost: again },
    mutation: { what: "shop has no retries", changes: [noRetries("VirtualService shop/shop", 3)], expected: { lost: { least: again.most + 1, most: 1000 } } },
  },
];
