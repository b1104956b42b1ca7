import type { Answer } from "../claims/claim";
import { counted, stranger, subscriber } from "../claims/questions/counted";
import { signInRequest } from "../claims/questions/signIn";
import type { World } from "../claims/world";
import { until } from "../lab/until";
import { Fault } from "./fault";

const door = { "x-azure-socketip": "FRESH" };
const signedIn = signInRequest({ host: "private.dev.example.com", path: "/get", session: "person" });

/** Some facts of an answer under names of their own. */
const some = (answer: Answer, names: Readonly<Record<string, string>>): Answer => Object.fromEntries(Object.entries(names).map(([name, as]) => [as, answer[name] ?? "none"]));

/** Does something while a pod's process is stopped. */
async function without<T>(world: World, pod: string, work: () => Promise<T>): Promise<T> {
  const app = world.appOf(pod);
  await app.stop();
  try {
    return await work();
  } finally {
    await app.start();
  }
}

/** What the counts or the sessions are kept in breaks. */
export const storeFaults: readonly Fault[] = [
  {
    id: "counts-redis-stopped",
    claims: "while the Redis of the counts is away, each question takes as long as it may and the service is no longer ready; requests pass, or get 503 where the limit says so; and after its return they are counted again",
    what: "the Redis of the rate limits is stopped; 14 requests with a token of FREE, 5 that the gateway counts; Redis is started; 14 with a token of FREE",
    figures: async (world) => {
      const readiness = async (): Promise<number | string> => (await world.pod("rate-limit-0").request({ url: "http://127.0.0.1:8080/healthcheck" })).status;
      const away = await without(world, "rate-limit-redis-0", async () => ({
        ...some(await counted(subscriber(14, "FREE")).ask(world), { "answers 200": "passed while away", "answers 429": "refused while away", slowest: "slowest while away" }),
        ...some(await counted(stranger(5, "/public/search", door)).ask(world), { "answers 503": "503 while away" }),
        "readiness of the service": await until("the service to find that it is not ready", async () => {
          const status = await readiness();
          return status !== 200 && status;
        }),
      }));
      const back = await until("requests to be counted again", async () => {
        const answer = await counted(subscriber(14, "FREE")).ask(world);
        return answer["answers 429"] === 4 && answer;
      });
      return { ...away, ...some(back, { "answers 200": "passed after", "answers 429": "refused after" }) };
    },
    expected: { "passed while away": 14, "refused while away": 0, "slowest while away": { least: 200, most: 1500 }, "503 while away": 5, "readiness of the service": 500, "passed after": 10, "refused after": 4 },
  },
  {
    id: "sessions-redis-stopped",
    claims: "while the Redis of the sessions is away, the sign-in is not ready and nobody gets in; after its return everyone signs in again",
    what: "somebody who has signed in asks; the sessions' Redis is stopped, they ask again; it is started, and they ask once more",
    figures: async (world) => {
      const proxy = world.pod("oauth2-proxy-0");
      const ready = async (): Promise<number | string> => (await proxy.request({ url: "http://127.0.0.1:4180/ready" })).status;
      const before = await signedIn.ask(world);
      const away = await without(world, "oauth2-proxy-redis-0", async () => {
        const readiness = await ready();
        const asked = await signedIn.ask(world);
        // What the kubelet makes of the probe.
        await proxy.setReady(readiness === 200);
        const unready = await until("the gateway to find no sign-in", async () => {
          const answer = await signedIn.ask(world);
          return answer["status"] === 403 && answer;
        });
        return { readiness, ...some(asked, { status: "status while away" }), ...some(unready, { status: "status once it is not ready" }) };
      });
      await until("the sign-in to be ready", async () => (await ready()) === 200);
      await proxy.setReady(true);
      const after = await until("the gateway to find the sign-in", async () => {
        const answer = await signedIn.ask(world);
        return answer["status"] !== 403 && answer;
      });
      return { ...some(before, { status: "status before" }), ...away, ...some(after, { status: "status after", location: "location after" }) };
    },
    expected: { "status before": 200, readiness: 500, "status while away": 302, "status once it is not ready": 403, "status after": 302 },
  },
];
