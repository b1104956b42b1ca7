import { randomUUID } from "node:crypto";
import { call } from "../common/call.mjs";
import { BadRequest, serverOf } from "../common/serve.mjs";
import { pageOf } from "./page.mjs";

/** @typedef {{ name: string, visits: number, greeting?: string }} Session */
/**
 * Where visits are kept: for a day each.
 * @typedef {{ load(id: string): Promise<Session | undefined>, save(id: string, session: Session): Promise<unknown> }} Sessions
 */

const secured = {
  // `form-action` holds for where a form is redirected to as well: who writes after the sign-in has ended loads the page anew to sign in.
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

/**
 * The pages of the guestbook: `GET /` shows it, `POST /messages` writes into it. It stays up when what it asks is down, and says so.
 *
 * @param {{ sessions: Sessions, sessionsWithin?: number, messageUrl: string, guestbookUrl: string, version: string, log?: (line: string) => void }} settings
 * `sessionsWithin`: how long to wait for them, in milliseconds; a page without them is better than none
 */
export function uiServer({ sessions, sessionsWithin = 2000, messageUrl, guestbookUrl, version, log }) {
  return serverOf(
    async ({ method, url, headers, body }) => {
      const id = /(?:^|;\s*)visit=([0-9a-f-]{36})(?:;|$)/.exec(headers.cookie ?? "")?.[1] ?? randomUUID();
      /** @type {string[]} */
      const problems = [];
      /**
       * @template T
       * @param {string} problem
       * @param {() => Promise<T>} ask
       * @returns {Promise<T | undefined>}
       */
      const orSay = async (problem, ask) => {
        try {
          return await ask();
        } catch {
          problems.push(problem);
          return undefined;
        }
      };
      const forgetful = "Who you are can't be remembered at the moment.";
      /** @param {Session} session */
      const remember = (session) => (problems.includes(forgetful) ? undefined : orSay(forgetful, () => inTime(sessions.save(id, session), sessionsWithin)));
      const before = await orSay(forgetful, async () => (await inTime(sessions.load(id), sessionsWithin)) ?? { name: "", visits: 0 });

      if (method === "POST" && url.pathname === "/messages") {
        const form = new URLSearchParams(body);
        const author = form.get("author") ?? "";
        const text = form.get("text") ?? "";
        const { greeting } = (await orSay("Nobody is there to greet you.", async () => (await call(`${messageUrl}/hello?${new URLSearchParams({ name: author })}`, { within: 10_000, for: headers })).json())) ?? {};
        const written = await orSay("The message could not be written.", () => call(`${guestbookUrl}/messages`, { within: 10_000, for: headers, method: "POST", body: { author, text } }));
        await remember({ visits: before?.visits ?? 0, name: author, ...(greeting && { greeting }) });
        if (written) return { status: 303, headers: { ...secured, location: "/", "set-cookie": cookieOf(id) } };
      } else if (method !== "GET" || url.pathname !== "/") throw new BadRequest("there is GET / and POST /messages", 404);

      const entries = await orSay("The book can't be read at the moment.", async () => (await call(`${guestbookUrl}/messages`, { within: 10_000, for: headers })).json());
      const visits = before && before.visits + 1;
      if (visits !== undefined) await remember({ name: before?.name ?? "", visits });
      const visitor = headers["x-auth-request-email"];
      return {
        status: 200,
        headers: { ...secured, "set-cookie": cookieOf(id) },
        body: pageOf({ version, name: before?.name ?? "", problems, ...(visits !== undefined && { visits }), ...(entries && { entries }), ...(before?.greeting && { greeting: before.greeting }), ...(typeof visitor === "string" && { visitor }) }),
      };
    },
    { name: "ui", version, ...(log && { log }) },
  );
}

/**
 * With `Strict` the browser would leave it out on the way back from the sign-in, and the visitor be a new one each time.
 *
 * @param {string} id
 */
function cookieOf(id) {
  return `visit=${id}; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax`;
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} milliseconds
 * @returns {Promise<T>}
 * @throws {Error} when it takes longer
 */
async function inTime(promise, milliseconds) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`no answer in ${milliseconds} ms`)), milliseconds)));
  try {
    return /** @type {T} */ (await Promise.race([promise, late]));
  } finally {
    clearTimeout(timer);
  }
}
