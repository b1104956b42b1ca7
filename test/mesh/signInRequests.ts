import { Outcome, SignInRequest } from "../support/requestPath";

/** A request, what becomes of it, and why. */
export interface SignInRow {
  readonly what: string;
  readonly request: SignInRequest;
  readonly status: Outcome["status"];
  readonly decidedBy: string;
}

const open = "echo.dev.example.com";
const host = "private.dev.example.com";

const check = `AuthorizationPolicy istio-ingress/sign-in-${host}`;
const unchecked = `AuthorizationPolicy istio-ingress/sign-in-${host}-unchecked`;
const frontDoorOnly = "AuthorizationPolicy istio-ingress/front-door-only";
const required = "AuthorizationPolicy echo/echo-sign-in";
const tokens = "RequestAuthentication echo/echo-sign-in";
const echo = "echo.echo.svc.cluster.local";
const proxy = "oauth2-proxy.oauth2-proxy.svc.cluster.local";
const gateway = "istio-ingress.istio-ingress.svc.cluster.local";

/**
 * Requests to the environment `dev` whose list of who may sign in has ana@example.com and the service principal
 * 99999999-9999-4999-8999-999999999991, with the object that decides each and the answer.
 */
export const signInRows: readonly SignInRow[] = [
  // A browser
  { what: "a browser without a session is sent to sign in", request: { host, path: "/" }, status: 302, decidedBy: check },
  { what: "a browser without a session is sent to sign in from a form", request: { host, path: "/post", method: "POST" }, status: 302, decidedBy: check },
  { what: "a port after the host changes nothing", request: { host: `${host}:443`, path: "/" }, status: 302, decidedBy: check },
  { what: "a person on the list gets the app", request: { host, path: "/get", session: "person" }, status: 200, decidedBy: echo },
  { what: "a person who is not on the list is refused", request: { host, path: "/get", session: "unlisted person" }, status: 403, decidedBy: check },

  // A script in a page
  { what: "a script that asks for JSON and nothing else gets 401", request: { host, path: "/get", accept: "application/json" }, status: 401, decidedBy: check },
  { what: "a script that asks for JSON first gets 401", request: { host, path: "/get", accept: "application/json, text/plain, */*" }, status: 401, decidedBy: check },
  { what: "a script that asks for anything is taken for a browser", request: { host, path: "/get", accept: "*/*" }, status: 302, decidedBy: check },

  // A program
  { what: "a service principal on the list gets the app", request: { host, path: "/get", token: "service principal" }, status: 200, decidedBy: echo },
  { what: "a person's own token is as good as a session", request: { host, path: "/get", token: "person" }, status: 200, decidedBy: echo },
  { what: "a service principal that is not on the list is refused", request: { host, path: "/get", token: "unlisted service principal" }, status: 403, decidedBy: check },
  { what: "a token for another application is refused, and not sent to sign in", request: { host, path: "/get", token: "wrong audience" }, status: 403, decidedBy: check },
  { what: "a token of another issuer is refused", request: { host, path: "/get", token: "other issuer" }, status: 403, decidedBy: check },
  { what: "an expired token is refused", request: { host, path: "/get", token: "expired" }, status: 403, decidedBy: check },
  { what: "what is no token is refused", request: { host, path: "/get", token: "no JWT" }, status: 403, decidedBy: check },

  // What the proxy would let pass without asking
  { what: "the proxy's health is nobody's business, signed in or not", request: { host, path: "/ping" }, status: 403, decidedBy: unchecked },
  { what: "nor is its readiness", request: { host, path: "/ready" }, status: 403, decidedBy: unchecked },
  { what: "nor what it tells robots", request: { host, path: "/robots.txt", token: "no JWT" }, status: 403, decidedBy: unchecked },

  // The sign-in itself
  { what: "the start of a sign-in is the proxy's", request: { host, path: "/oauth2/start?rd=%2F" }, status: 302, decidedBy: proxy },
  { what: "the way back from Entra ID is the proxy's, and useless without the start's cookie", request: { host, path: "/oauth2/callback?code=c&state=s%3A%2F" }, status: 403, decidedBy: proxy },
  { what: "what only begins alike is the app's", request: { host, path: "/oauth2x" }, status: 302, decidedBy: check },
  { what: "an open host has no pages of the sign-in", request: { host: open, path: "/oauth2/start" }, status: 200, decidedBy: echo },

  // The probe
  { what: "the probe needs no sign-in", request: { host, path: "/probe" }, status: 200, decidedBy: gateway },
  { what: "the probe is GET alone", request: { host, path: "/probe", method: "POST" }, status: 302, decidedBy: check },

  // The open host
  { what: "the open host asks nobody", request: { host: open, path: "/get" }, status: 200, decidedBy: echo },
  { what: "the open host asks no script", request: { host: open, path: "/get", accept: "application/json" }, status: 200, decidedBy: echo },
  { what: "the open host answers while the proxy is down", request: { host: open, path: "/get", proxyRuns: false }, status: 200, decidedBy: echo },
  { what: "an app that checks tokens checks them on its open host, too", request: { host: open, path: "/get", token: "other issuer" }, status: 401, decidedBy: tokens },

  // When parts are missing
  { what: "nobody gets in while the proxy is down", request: { host, path: "/get", session: "person", proxyRuns: false }, status: 403, decidedBy: check },
  { what: "a request past Front Door gets nowhere with a session", request: { host, path: "/get", session: "person", throughFrontDoor: false }, status: 403, decidedBy: frontDoorOnly },
  { what: "nor on the open host", request: { host: open, path: "/get", throughFrontDoor: false }, status: 403, decidedBy: frontDoorOnly },
  { what: "nor on the probe's path, but for the probe", request: { host: open, path: "/probe", method: "POST", throughFrontDoor: false }, status: 403, decidedBy: frontDoorOnly },
  { what: "the probe comes from a load balancer as well", request: { host: open, path: "/probe", throughFrontDoor: false }, status: 200, decidedBy: gateway },
];

/** Requests as they would be if the gateway let them pass unasked: the app's own rules must hold without it. */
export const withoutGatewayRows: readonly SignInRow[] = [
  { what: "a request without a token", request: { host, path: "/get" }, status: 403, decidedBy: required },
  { what: "a request with headers that only claim who calls", request: { host, path: "/get", headers: { "x-auth-request-user": "ana@example.com" } }, status: 403, decidedBy: required },
  { what: "a token for another application", request: { host, path: "/get", token: "wrong audience" }, status: 403, decidedBy: tokens },
  { what: "an expired token", request: { host, path: "/get", token: "expired" }, status: 401, decidedBy: tokens },
];
