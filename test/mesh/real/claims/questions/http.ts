import { isRecord } from "../../../../../simulator/engine/values";
import type { Answer as Got, Request } from "../../lab/lab";
import { Answer, Question } from "../claim";
import { World } from "../world";

/** A request from one place to another. */
export interface Sent extends Request {
  /** The place that it is sent from, as `World.place` names it. */
  readonly from: string;
}

/**
 * What an HTTP request gives: `status`, which is a number, or `refused`, `closed` or `timeout` where there was no answer; `millis`; `location` without
 * its query, for a redirect; `caller`, whose certificate the app's proxy saw; and of the echo server's answer `pod`, `version`, and each header that it got, as `app x-request-id`.
 */
export function http(text: string, sent: Sent | ((world: World) => Sent)): Question {
  return { text, ask: (world) => sendOnce(world, typeof sent === "function" ? sent(world) : sent) };
}

/** Sends a request and says what came of it. */
export async function sendOnce(world: World, { from, ...request }: Sent): Promise<Answer> {
  const begun = performance.now();
  const got = await world.place(from).request(request);
  return factsOf(got, Math.round(performance.now() - begun));
}

function factsOf({ status, headers, body }: Got, millis: number): Answer {
  const { pod, version, headers: seen = {} } = echoed(body);
  const caller = isRecord(seen) ? /URI=([^;,]+)/.exec(String(seen["x-forwarded-client-cert"]))?.[1] : undefined;
  const appHeaders = isRecord(seen) ? Object.entries(seen).map(([name, value]) => [`app ${name}`, String(value)]) : [];
  return {
    status,
    millis,
    ...(headers.location !== undefined && { location: headers.location.replace(/[?].*/s, "") }),
    ...(typeof pod === "string" && { pod }),
    ...(typeof version === "string" && { version }),
    ...(caller !== undefined && { caller }),
    ...Object.fromEntries(appHeaders),
  };
}

/** What the echo server says that it got; nothing where somebody else answers. */
function echoed(body: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(body);
    return isRecord(content) ? content : {};
  } catch {
    return {};
  }
}
