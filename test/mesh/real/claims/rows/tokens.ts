import { Chapter, Claim, Expected } from "../claim";
import { signInRequest, SignInSent } from "../questions/signIn";

const host = "guestbook-api.dev.example.com";
const rules = "RequestAuthentication api/api-jwt";
const required = "AuthorizationPolicy api/api-jwt";

const row = (id: string, claims: string, sent: Omit<SignInSent, "host">, expected: Expected): Claim => ({ id: `token-${id}`, claims, question: signInRequest({ host, ...sent }), expected, restsOn: [rules, required] });

/** An app that asks for tokens of an issuer, without a sign-in before it. */
export const tokenRules: Chapter = {
  title: "Tokens",
  claims: [
    row("good", "a token of the issuer for the audience gets the app, which learns its claim", { path: "/", token: "service principal" }, { status: 200, "app x-caller": "99999999-9999-4999-8999-999999999991" }),
    row("none", "a request without one is refused", { path: "/" }, { status: 403 }),
    row("expired", "an expired one is refused", { path: "/", token: "expired" }, { status: 401 }),
    row("issuer", "so is one of another issuer", { path: "/", token: "other issuer" }, { status: 401 }),
    row("forged", "so is a forged one", { path: "/", token: "forged" }, { status: 401 }),
    row("malformed", "so is what is none", { path: "/", token: "no JWT" }, { status: 401 }),
    row("audience", "one for another application is forbidden: it is sound, but not meant for here", { path: "/", token: "wrong audience" }, { status: 403 }),
    row("public", "a path that is excepted needs none", { path: "/public/page" }, { status: 200 }),
    row("public-forged", "but a forged one is refused there, too", { path: "/public/page", token: "forged" }, { status: 401 }),
    row("claimed", "a client can't send the header that stands for a claim", { path: "/public/page", headers: { "x-caller": "root" } }, { status: 200, "app x-caller": undefined }),
  ],
  mutations: [
    { claims: ["token-none"], what: "the app asks for no token", changes: [{ object: required }], expected: { status: 200 } },
    { claims: ["token-expired", "token-issuer", "token-forged", "token-malformed"], what: "nothing checks tokens", changes: [{ object: rules }], expected: { status: 403 } },
    { claims: ["token-public-forged"], what: "nothing checks tokens where none is needed", changes: [{ object: rules }], expected: { status: 200 } },
    { claims: ["token-claimed"], what: "nothing takes the header off", changes: [{ object: rules }], expected: { status: 200, "app x-caller": "root" } },
    { claims: ["token-audience"], what: "the other application's are taken", changes: [{ object: rules, at: ["spec", "jwtRules", 0, "audiences"], value: ["00000003-0000-0000-c000-000000000000"] }], expected: { status: 200 } },
    { claims: ["token-good"], what: "this application's are not", changes: [{ object: rules, at: ["spec", "jwtRules", 0, "audiences"], value: ["00000003-0000-0000-c000-000000000000"] }], expected: { status: 403 } },
    { claims: ["token-public"], what: "no path is excepted", changes: [{ object: required, at: ["spec", "rules", 0, "to"] }], expected: { status: 403 } },
  ],
};
