import { BadRequest, serverOf } from "../common/serve.mjs";

/** @typedef {{ author: string, text: string, at: string }} Entry */
/**
 * Where the entries are kept.
 * @typedef {{ ping(): Promise<unknown>, list(limit: number): Promise<Entry[]>, add(entry: Entry): Promise<unknown> }} Book
 */

/**
 * The book: `GET /messages` and `POST /messages`. `/ready` answers 200 while the database can be asked.
 *
 * @param {{ book: Book, version: string, now?: () => Date, log?: (line: string) => void }} settings
 */
export function guestbookServer({ book, version, now = () => new Date(), log }) {
  return serverOf(
    async ({ method, url, body }) => {
      switch (`${method} ${url.pathname}`) {
        case "GET /ready":
          await book.ping();
          return { status: 200, body: { ok: true } };
        case "GET /messages":
          return { status: 200, body: await book.list(limitOf(url)) };
        case "POST /messages": {
          const entry = { ...entryOf(body), at: now().toISOString() };
          await book.add(entry);
          return { status: 201, body: entry };
        }
        default:
          throw new BadRequest("there are GET and POST /messages", 404);
      }
    },
    { name: "guestbook", version, ...(log && { log }) },
  );
}

/** @param {URL} url */
function limitOf(url) {
  const limit = Number(url.searchParams.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw new BadRequest("limit is a whole number from 1 to 100");
  return limit;
}

/** @param {string} body */
function entryOf(body) {
  /** @type {unknown} */
  let parsed;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new BadRequest("the body is not JSON");
  }
  const { author, text } = /** @type {Record<string, unknown>} */ (parsed ?? {});
  if (typeof author !== "string" || author.trim() === "" || author.length > 100) throw new BadRequest("author is a text of 1 to 100 characters");
  if (typeof text !== "string" || text.trim() === "" || text.length > 1000) throw new BadRequest("text is a text of 1 to 1000 characters");
  return { author: author.trim(), text: text.trim() };
}
