import { SignInRequest } from "../../../../support/requestPath";
import { TokenKind } from "../../../../support/signInTokens";
import { Question } from "../claim";
import { sessionOf } from "../signIn/browser";
import { platformToken } from "../signIn/programs";
import { throughGateway } from "./gateway";
import { sendOnce } from "./http";

/** A request of the table, which may bring a forged token too. */
export interface SignInSent extends Omit<SignInRequest, "token" | "proxyRuns"> {
  readonly token?: TokenKind | "forged";
}

/** A request of the table of requests to hosts with and without a sign-in. */
export function signInRequest({ host, path, method = "GET", session, token, accept = "text/html,*/*;q=0.8", headers = {}, throughFrontDoor = true }: SignInSent): Question {
  const brought = [session && `the session of a ${session}`, token && `a token: ${token}`, `accept: ${accept}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  return {
    text: [`${throughFrontDoor ? "Front Door" : "somebody else"} → gateway: ${method} https://${host}${path}`, ...brought.filter(Boolean)].join(", "),
    ask: async (world) => {
      const credentials = { ...(session && { cookie: await sessionOf(world, session) }), ...(token && { authorization: `Bearer ${platformToken(world, token)}` }) };
      return sendOnce(world, throughGateway(world, { host, path, method, throughFrontDoor, headers: { accept, ...credentials, ...headers } }));
    },
  };
}
