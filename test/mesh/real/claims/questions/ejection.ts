import { until } from "../../lab/until";
import { Question } from "../claim";
import { countOf, sendMany, Series } from "./series";

/** Which pod of an app is to fail, and by which requests it is seen. */
interface EjectionArgs {
  readonly from: string;
  readonly url: string;
  readonly failing: string;
}

/**
 * For how long Envoy keeps back a change of who is well after the one before, in milliseconds: a pod that fails just after it came back gets
 * requests until then.
 *
 * @source https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto#config-cluster-v3-cluster-commonlbconfig
 */
const mergeWindow = 1000;

/**
 * Has one pod of an app fail until a caller's proxy leaves it out, looks where requests go then, mends it and waits until it gets some again:
 * `failures before`, `requests while it is out`, `answers 200 while it is out`, `comes back`.
 */
export function ejection({ from, url, failing }: EjectionArgs): Question {
  return {
    text: `${from} → GET ${url}, again and again, while ${failing} answers 500, and after`,
    ask: async (world) => {
      const send = (count: number): Promise<Series> => sendMany(world, count, { from, url }, 1);
      const reached = async (): Promise<boolean> => (await send(10)).arrivals.some(({ pod }) => pod === failing);
      let since: number | undefined;
      await until(`${failing} to get requests for more than a second`, async () => {
        since = (await reached()) ? (since ?? performance.now()) : undefined;
        return since !== undefined && performance.now() - since > mergeWindow;
      });
      world.breakApp(failing, true);
      try {
        const { answers } = await send(20);
        const out = await send(20);
        world.breakApp(failing, false);
        const back = await until(`${failing} to get requests again`, reached, { within: 20_000, every: 200 }).catch(() => false);
        return {
          "failures before": countOf(answers, ({ status }) => status === 500),
          "requests while it is out": countOf(out.arrivals, ({ pod }) => pod === failing),
          "answers 200 while it is out": countOf(out.answers, ({ status }) => status === 200),
          "comes back": back,
        };
      } finally {
        world.breakApp(failing, false);
      }
    },
  };
}
