import { createClient } from "@redis/client";

const day = 86_400;

/**
 * Visits in Redis. While Redis can't be reached a request fails at once instead of waiting for it; the client goes on trying to reach it. A
 * Redis that has stopped answering holds no more than a hundred of them; how long each waits is for the server to say.
 *
 * @param {string} url as `redis://:password@redis:6379`
 * @returns {import("./server.mjs").Sessions & { close(): Promise<void> }}
 */
export function redisSessions(url) {
  const client = createClient({ url, disableOfflineQueue: true, commandsQueueMaxLength: 100, socket: { connectTimeout: 5000 } });
  client.on("error", (error) => console.error(JSON.stringify({ name: "ui", error: `redis: ${String(error.message)}` })));
  void client.connect().catch(() => undefined);
  return {
    async load(id) {
      const text = await client.get(`visit:${id}`);
      return text === null ? undefined : JSON.parse(text);
    },
    save: (id, session) => client.set(`visit:${id}`, JSON.stringify(session), { EX: day }),
    close: async () => client.destroy(),
  };
}
