import { until } from "../../lab/until";
import { throughGateway } from "../questions/gateway";
import { World } from "../world";
import { formerPerson } from "./parts";
import { platformToken } from "./programs";

const host = "private.dev.example.com";
const sessions = new WeakMap<World, Promise<string>>();

/** The cookies of a browser whose person has signed in: the one who is on the list, or one who was taken off it since. */
export function sessionOf(world: World, kind: "person" | "unlisted person"): Promise<string> {
  if (kind === "unlisted person") return formerSession(world);
  const known = sessions.get(world) ?? signIn(world, "ana@example.com");
  sessions.set(world, known);
  // What went wrong once may be tried again.
  known.catch(() => sessions.delete(world));
  return known;
}

/** The proxy forgets such a session once it has refused it, so that each is a new one. */
async function formerSession(world: World): Promise<string> {
  await listed(world, true);
  const session = await signIn(world, formerPerson);
  await listed(world, false);
  return session;
}

/** Puts a person on the proxy's list or takes them off, and waits until it knows: by their token, which the same list decides on. */
async function listed(world: World, on: boolean): Promise<void> {
  world.listNames(on ? [formerPerson] : []);
  const headers = { authorization: `Bearer ${platformToken(world, "unlisted person")}` };
  const { from, ...request } = throughGateway(world, { host, path: "/oauth2/auth", headers });
  await until(`oauth2-proxy to read its list with ${on ? "one more" : "one less"}`, async () => ((await world.place(from).request(request)).status === 202) === on);
}

/** Signs in as a browser does: sent to the issuer, back with a code, on with a session. */
async function signIn(world: World, name: string): Promise<string> {
  const browser = world.place("internet");
  const get = async (url: URL, cookie?: string): Promise<{ readonly location: URL; readonly cookie: string }> => {
    const headers = { accept: "text/html", ...(cookie !== undefined && { cookie }) };
    const { from: _, ...toGateway } = throughGateway(world, { host, path: `${url.pathname}${url.search}`, headers });
    const request = url.hostname === host ? toGateway : { url: url.href, headers, tls: { ca: world.authority.certificate } };
    const answer = await browser.request(request);
    if (answer.status !== 302 || answer.headers.location === undefined) throw new Error(`${url.origin}${url.pathname} answered ${answer.status} and no redirect, on the way to a session of ${name}: ${answer.body.slice(0, 300)}`);
    return { location: new URL(answer.headers.location, url), cookie: (answer.headers["set-cookie"] ?? []).map((line) => line.replace(/;.*/s, "")).join("; ") };
  };
  const begun = await get(new URL(`https://${host}/oauth2/start?rd=%2F`));
  begun.location.searchParams.set("login_hint", name);
  const granted = await get(begun.location);
  return (await get(granted.location, begun.cookie)).cookie;
}
