import { call } from "../common/call.mjs";
import { BadRequest, serverOf } from "../common/serve.mjs";

/**
 * Greets people: `GET /hello/<name>`. Where it knows of a source of wisdom outside the cluster, it adds some, and does without when there is
 * none to be had.
 *
 * @param {{ version: string, wisdomUrl?: string, fails?: () => boolean, log?: (line: string) => void }} settings `fails`: whether it answers 503 instead
 */
export function messageServer({ version, wisdomUrl, fails = () => false, log }) {
  return serverOf(
    async ({ method, url, headers }) => {
      const [, name] = /^\/hello\/([^/]{1,200})$/.exec(url.pathname) ?? [];
      if (method !== "GET" || name === undefined) throw new BadRequest("there is GET /hello/<name>", 404);
      if (fails()) return { status: 503, body: { error: "it was told to fail" } };
      const greeting = `Hello ${decoded(name)}!`;
      return { status: 200, body: { greeting, version, ...(wisdomUrl && { wisdom: await wisdomFrom(wisdomUrl, headers) }) } };
    },
    { name: "message", version, ...(log && { log }) },
  );
}

/** @param {string} name */
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new BadRequest("the name is not written as part of an address");
  }
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
