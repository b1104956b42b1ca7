import { SignInRow, signInRows, withoutGatewayRows } from "../../../signInRequests";
import { Change, Chapter, Claim, Expected } from "../claim";
import { signInRequest, SignInSent } from "../questions/signIn";

const host = "private.dev.example.com";
const open = "echo.dev.example.com";
const check = `AuthorizationPolicy istio-ingress/sign-in-${host}`;
const unchecked = `${check}-unchecked`;
const tokens = "RequestAuthentication echo/echo-sign-in";
const required = "AuthorizationPolicy echo/echo-sign-in";
const withoutGateway: readonly Change[] = [{ object: check }, { object: unchecked }];

const idOf = (what: string): string => `sign-in-${what.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;

/** Who answers: the app names its pod, a redirect the issuer. */
function expectedOf({ status, decidedBy, request }: SignInRow): Expected {
  if (status === 302) return { status, location: "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/oauth2/v2.0/authorize" };
  return { status, pod: status === 200 && decidedBy.startsWith("echo.") && request.path !== "/healthz" ? "echo-0" : undefined };
}

function claimOf(row: SignInRow, changes: readonly Change[] = []): Claim {
  const { what, request, decidedBy } = row;
  const { proxyRuns = true, ...sent } = request;
  const given = { ...(changes.length > 0 && { changes, seenBy: "istio-ingress-0" }), ...(!proxyRuns && { stopped: ["oauth2-proxy-0"] }) };
  return {
    id: idOf(what) + (changes.length > 0 ? "-at-the-app" : ""),
    claims: changes.length > 0 ? `were the gateway not to ask, the app refuses ${what} by itself` : what,
    question: signInRequest(sent),
    expected: expectedOf(row),
    restsOn: [decidedBy],
    ...(Object.keys(given).length > 0 && { given }),
  };
}

const row = (what: string, sent: SignInSent, expected: Expected, restsOn: readonly string[]): Claim => ({ id: idOf(what), claims: what, question: signInRequest(sent), expected, restsOn });

const claimed = { "x-auth-request-user": "root", "x-auth-request-email": "root@example.com", "x-auth-request-groups": "admins", "x-auth-request-preferred-username": "root" };
const nothing = { "app x-auth-request-user": undefined, "app x-auth-request-email": undefined, "app x-auth-request-groups": undefined, "app x-auth-request-preferred-username": undefined };
const principal = { ...nothing, "app x-auth-request-user": "99999999-9999-4999-8999-999999999991" };

const ana = { "app x-auth-request-user": "pairwise-ana@example.com", "app x-auth-request-email": "ana@example.com", "app x-auth-request-preferred-username": "ana@example.com" };

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
    { claim: idOf("a browser without a session is sent to sign in"), what: "the gateway does not ask for a sign-in", changes: withoutGateway },
    { claim: idOf("a script that asks for JSON and nothing else gets 401"), what: "the question is for another host", changes: [{ object: check, at: ["spec", "rules", 0, "to", 0, "operation", "hosts"], value: ["another.dev.example.com"] }] },
    { claim: idOf("the probe needs no sign-in"), what: "the probe's path is not excepted", changes: [{ object: check, at: ["spec", "rules", 0, "to", 0, "operation", "notPaths"], value: ["/oauth2/*"] }] },
    { claim: idOf("a person on the list gets the app"), what: "the sign-in's proxy lets the gateway in no more", changes: [{ object: "AuthorizationPolicy oauth2-proxy/sign-in-proxy-access" }] },
    { claim: `${idOf("a request without a token")}-at-the-app`, what: "the app does not ask for a token by itself", changes: [{ object: required }] },
    { claim: `${idOf("an expired token")}-at-the-app`, what: "the app does not check tokens", changes: [{ object: tokens }] },
    { claim: idOf("an app learns a person's names, and not the token"), what: "the token is handed on to the app", changes: [{ object: tokens, at: ["spec", "jwtRules", 0, "forwardOriginalToken"], value: true }] },
    { claim: idOf("and where nobody asks for a sign-in"), what: "the headers are not the mesh's", changes: [{ object: tokens, at: ["spec", "jwtRules", 0, "outputClaimToHeaders"] }] },
  ],
};
