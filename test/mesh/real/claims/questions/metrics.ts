import { isRecord } from "../../../../../simulator/engine/values";
import { Question } from "../claim";
import { prometheusServer } from "../parts/prometheus";
import { World } from "../world";

/** What Prometheus knows: `series` is how many answer to a query, `least` and `most` what they say. */
export function query(promql: string): Question {
  return {
    text: `Prometheus: ${promql}`,
    ask: async (world) => {
      const values = await valuesOf(world, promql);
      return { series: values.length, ...(values.length > 0 && { least: Math.min(...values), most: Math.max(...values) }) };
    },
  };
}

async function valuesOf(world: World, promql: string): Promise<number[]> {
  const { status, body } = await world.place(`${prometheusServer}-0`).request({ url: `http://127.0.0.1:9090/api/v1/query?query=${encodeURIComponent(promql)}` });
  const answer: unknown = status === 200 ? JSON.parse(body) : undefined;
  const data = isRecord(answer) ? answer["data"] : undefined;
  const result = isRecord(data) && Array.isArray(data["result"]) ? data["result"] : undefined;
  if (result === undefined) throw new Error(`Prometheus answers ${status} to ${promql}: ${body}`);
  return result.map((series: { readonly value: readonly [number, string] }) => Number(series.value[1]));
}
