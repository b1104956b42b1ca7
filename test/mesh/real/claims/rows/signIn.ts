import { SignInRow, signInRows, withoutGatewayRows } from "../../../signInRequests";
import { Change, Chapter, Claim, Expected } from "../claim";
import { signInRequest, SignInSent } from "../questions/signIn";

const host = "private.dev.example.com";
const open = "echo.dev.example.com";
const check = `AuthorizationPolicy istio-ingress/sign-in-${host}`;
const unchecked = `${check}-unchecked`;
const tokens = "RequestAuthentication echo/echo-sign-in";
const required = "AuthorizationPolicy echo/echo-sign-in";
const frontDoorOnly = "AuthorizationPolicy istio-ingress/front-door-only";
const withoutGateway: readonly Change[] = [{ object: check }, { object: unchecked }];

/** The routes to those who answer by themselves. */
const routes: Readonly<Record<string, string>> = {
  "echo.echo.svc.cluster.local": "VirtualService echo/echo",
  "oauth2-proxy.oauth2-proxy.svc.cluster.local": `VirtualService oauth2-proxy/sign-in-${host}`,
  "istio-ingress.istio-ingress.svc.cluster.local": "VirtualService istio-ingress/probe",
};

const idOf = (what: string): string => `sign-in-${what.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;

const atTheApp = (what: string): string => `${idOf(what)}-at-the-app`;

/** Who answers: the app names its pod, a redirect the issuer. */
function expectedOf({ status, decidedBy, request }: SignInRow): Expected {
  if (status === 302) return { status, location: "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/oauth2/v2.0/authorize" };
  return { status, pod: status === 200 && decidedBy.startsWith("echo.") && request.path !== "/healthz" ? "echo-0" : undefined };
}

function claimOf(row: SignInRow, changes: readonly Change[] = []): Claim {
  const { what, request, decidedBy } = row;
  const { proxyRuns = true, ...sent } = request;
  const given = changes.length > 0 ? { changes } : proxyRuns ? undefined : { stopped: ["oauth2-proxy-0"] };
  return {
    id: changes.length > 0 ? atTheApp(what) : idOf(what),
    claims: changes.length > 0 ? `were the gateway not to ask, the app refuses ${what} by itself` : what,
    question: signInRequest(sent),
    expected: expectedOf(row),
    restsOn: [routes[decidedBy] ?? decidedBy],
    ...(given && { given }),
  };
}

const row = (what: string, sent: SignInSent, expected: Expected, restsOn: readonly string[]): Claim => ({ id: idOf(what), claims: what, question: signInRequest(sent), expected, restsOn });

const claimed = { "x-auth-request-user": "root", "x-auth-request-email": "root@example.com", "x-auth-request-groups": "admins", "x-auth-request-preferred-username": "root" };
const nothing = { "app x-auth-request-user": undefined, "app x-auth-request-email": undefined, "app x-auth-request-groups": undefined, "app x-auth-request-preferred-username": undefined };
const principal = { ...nothing, "app x-auth-request-user": "99999999-9999-4999-8999-999999999991" };

const ana = { "app x-auth-request-user": "pairwise-ana@example.com", "app x-auth-request-email": "ana@example.com", "app x-auth-request-preferred-username": "ana@example.com" };

/** What the gateway refuses or asks for. */
const askedIds = signInRows.filter(({ status, decidedBy }) => status !== 200 && (decidedBy === check || decidedBy === unchecked)).map(({ what }) => idOf(what));
const asked = ["spec", "rules", 0, "to", 0, "operation"] as const;
const askedHosts = [...asked, "hosts"];

/** Who gets in where a host asks for a sign-in, and what the app learns of who calls. */
export const signIn: Chapter = {
  title: "Sign-in",
  claims: [
    ...signInRows.map((entry) => claimOf(entry)),
    ...withoutGatewayRows.map((entry) => claimOf(entry, withoutGateway)),
    row("a forged token is refused", { host, path: "/get", token: "forged" }, { status: 403 }, [check]),
    row("an app learns a person's names, and not the token", { host, path: "/get", session: "person" }, { status: 200, ...ana, "app authorization": undefined }, [check, tokens]),
    row("an app learns a service principal's object id", { host, path: "/get", token: "service principal" }, { status: 200, ...principal }, [check, tokens]),
    row("what a client claims to be is dropped where it signs in", { host, path: "/get", token: "service principal", headers: claimed }, { status: 200, ...principal }, [check, tokens]),
    row("and where nobody asks for a sign-in", { host: open, path: "/get", headers: claimed }, { status: 200, ...nothing }, [tokens]),
  ],
  mutations: [
    {
      claims: [...askedIds, idOf("a forged token is refused")],
      what: "neither the gateway nor the app asks",
      changes: [...withoutGateway, { object: required }, { object: tokens }],
      expected: { status: 200, pod: "echo-0" },
    },
    { claims: [idOf("a browser without a session is sent to sign in")], what: "the gateway does not ask, and the app does by itself", changes: withoutGateway, expected: { status: 403, location: undefined } },
    {
      claims: [idOf("a script that asks for JSON and nothing else gets 401")],
      what: "the question is for another host",
      changes: [{ object: check, at: askedHosts, value: ["another.dev.example.com"] }],
      expected: { status: 403 },
    },
    { claims: [idOf("the probe needs no sign-in")], what: "the probe's path is not excepted", changes: [{ object: check, at: ["spec", "rules", 0, "to", 0, "operation", "notPaths"], value: ["/oauth2/*"] }], expected: { status: 302 } },
    {
      claims: [
        ...["a person on the list gets the app", "a service principal on the list gets the app", "a person's own token is as good as a session"].map(idOf),
        ...["an app learns a service principal's object id", "what a client claims to be is dropped where it signs in", "the start of a sign-in is the proxy's"].map(idOf),
      ],
      what: "the sign-in's proxy lets the gateway in no more",
      changes: [{ object: "AuthorizationPolicy oauth2-proxy/sign-in-proxy-access" }],
      expected: { status: 403 },
    },
    { claims: [idOf("the way back from Entra ID is the proxy's, and useless without the start's cookie")], what: "the sign-in's pages have no route", changes: [{ object: `VirtualService oauth2-proxy/sign-in-${host}` }, { object: required }], expected: { status: 200, pod: "echo-0" } },
    { claims: ["the open host asks nobody", "an open host has no pages of the sign-in"].map(idOf), what: "the question is for the open host, and for every path", changes: [{ object: check, at: asked, value: { hosts: [open] } }], expected: { status: 302 } },
    { claims: [idOf("the open host asks no script")], what: "the question is for the open host", changes: [{ object: check, at: askedHosts, value: [open] }], expected: { status: 401 } },
    { claims: [idOf("the open host answers while the proxy is down")], what: "the question is for the open host, and nobody answers it", changes: [{ object: check, at: askedHosts, value: [open] }], expected: { status: 403 } },
    { claims: [idOf("an app that checks tokens checks them on its open host, too")], what: "the app checks no tokens", changes: [{ object: tokens }], expected: { status: 200 } },
    {
      claims: ["a request past Front Door gets nowhere with a session", "nor on the open host", "nor on the probe's path, but for the probe"].map(idOf),
      what: "nobody asks for Front Door's id",
      changes: [{ object: frontDoorOnly }],
      expected: { status: 200, pod: "echo-0" },
    },
    { claims: [idOf("the probe comes from a load balancer as well")], what: "the probe asks for Front Door's id", changes: [{ object: frontDoorOnly, at: ["spec", "rules", 0, "to"], value: [{ operation: { ports: ["443"] } }] }], expected: { status: 403 } },
    { claims: ["a request without a token", "a request with headers that only claim who calls"].map(atTheApp), what: "the app does not ask for a token by itself", changes: [{ object: required }], expected: { status: 200, pod: "echo-0" } },
    { claims: [atTheApp("a token for another application")], what: "the app takes the other application's", changes: [{ object: tokens, at: ["spec", "jwtRules", 0, "audiences"], value: ["00000003-0000-0000-c000-000000000000"] }], expected: { status: 200, pod: "echo-0" } },
    { claims: [atTheApp("an expired token")], what: "the app does not check tokens", changes: [{ object: tokens }], expected: { status: 403 } },
    { claims: [idOf("an app learns a person's names, and not the token")], what: "the token is handed on to the app", changes: [{ object: tokens, at: ["spec", "jwtRules", 0, "forwardOriginalToken"], value: true }], expected: { status: 200, ...ana } },
    {
      claims: [idOf("and where nobody asks for a sign-in")],
      what: "the headers are not the mesh's",
      changes: [{ object: tokens, at: ["spec", "jwtRules", 0, "outputClaimToHeaders"] }],
      expected: { status: 200, "app x-auth-request-user": "root" },
    },
  ],
};
