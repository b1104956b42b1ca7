import { call } from "../common/call.mjs";
import { BadRequest, serverOf } from "../common/serve.mjs";

/**
 * Greets people: `GET /hello?name=<name>`, since a name may be anything and a path may not. `/metrics` has how many it greeted, for Prometheus. Where it knows of a source of wisdom outside the cluster, it adds some, and does without when there is
 * none to be had.
 *
 * @param {{ version: string, wisdomUrl?: string, fails?: () => boolean, log?: (line: string) => void }} settings `fails`: whether it answers 503 instead
 */
export function messageServer({ version, wisdomUrl, fails = () => false, log }) {
  let greeted = 0;
  return serverOf(
    async ({ method, url, headers }) => {
      if (method === "GET" && url.pathname === "/metrics") return { status: 200, headers: { "content-type": "text/plain; version=0.0.4" }, body: metricsOf(greeted) };
      if (method !== "GET" || url.pathname !== "/hello") throw new BadRequest("there is GET /hello?name=<name>", 404);
      const name = (url.searchParams.get("name") ?? "").trim();
      if (name === "" || name.length > 100) throw new BadRequest("name is a text of 1 to 100 characters");
      if (fails()) return { status: 503, body: { error: "it was told to fail" } };
      greeted += 1;
      const greeting = `Hello ${name}!`;
      return { status: 200, body: { greeting, version, ...(wisdomUrl && { wisdom: await wisdomFrom(wisdomUrl, headers) }) } };
    },
    { name: "message", version, ...(log && { log }) },
  );
}

/**
 * In Prometheus' format, which says of each pod itself whose it is: https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 * @param {number} greeted
 */
function metricsOf(greeted) {
  return `# HELP guestbook_greetings_total Greetings since the server started.\n# TYPE guestbook_greetings_total counter\nguestbook_greetings_total ${greeted}\n`;
}

/**
 * @param {string} url
 * @param {import("node:http").IncomingHttpHeaders} headers
 */
async function wisdomFrom(url, headers) {
  try {
    return (await (await call(url, { within: 1000, for: headers })).text()).slice(0, 200);
  } catch {
    return undefined;
  }
}
