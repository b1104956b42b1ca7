import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { ArgumentRule } from "../../../shared/argumentRule";
import { Problem } from "../../../shared/errors";
import { AppJwt } from "../args";
import { MeshAppSettings } from "../settings";
import { isPathPattern } from "./callers";

const authentication = "https://istio.io/latest/docs/reference/config/security/request_authentication/";
const authorization = "https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation";
const conditions = "https://istio.io/latest/docs/reference/config/security/conditions/";

/** Headers that proxies or the platform's sign-in set, and that apps believe. */
const reservedHeader = /^x-(forwarded-|envoy-|azure-|auth-request-|b3-|request-id$|real-ip$|original-|client-)/;

/** A rule about the tokens, where some are asked for. */
function tokenRule(id: string, source: string, check: (jwt: AppJwt, settings: MeshAppSettings) => readonly Problem[]): ArgumentRule<MeshAppSettings> {
  return { id, source, check: (settings) => (settings.jwt ? check(settings.jwt, settings) : []) };
}

/** Rules about the tokens of other issuers. */
export const tokenRules: readonly ArgumentRule<MeshAppSettings>[] = [
  tokenRule("jwt-and-sign-in", `${authentication}#JWTRule`, (_, { signIn }) =>
    signIn
      ? [{ path: "jwt", message: "can't be asked for beside `signIn`: a request would have to carry two tokens, and the mesh takes one", allowed: "one of both", fix: "Make two apps of it, one for people and one for programs, or take the sign-in's tokens for both." }]
      : [],
  ),
  tokenRule("jwt-issuer", `${authentication}#JWTRule`, ({ issuer }) =>
    /^[^\s*]+$/.test(issuer) ? [] : [{ path: "jwt.issuer", message: "is not the name of one issuer", given: JSON.stringify(issuer), allowed: "the name as a token has it in `iss`, without `*`" }],
  ),
  tokenRule("jwt-keys", "https://istio.io/latest/docs/reference/config/analysis/ist0175/", ({ jwksUri }) =>
    isPublicAddress(jwksUri)
      ? []
      : [{ path: "jwt.jwksUri", message: "is not where istiod fetches keys", given: jwksUri, allowed: "https, a public name and port 443, as https://login.example.com/keys", fix: "Have the issuer publish its keys there." }],
  ),
  tokenRule("jwt-audience", `${authentication}#JWTRule`, ({ audiences }) =>
    audiences.length === 0 || audiences.some(isBlank)
      ? [{ path: "jwt.audiences", message: "would take tokens that the issuer made for any other app", allowed: "one audience at least, and each of them a text that isn't empty", fix: "Name the app as the issuer does in `aud`." }]
      : [],
  ),
  tokenRule("jwt-except-path", authorization, ({ exceptPaths = [] }) =>
    exceptPaths
      .filter((path) => !isPathPattern(path) || path === "/*")
      .map((path) => ({ path: "jwt.exceptPaths", message: "is not a path that can do without a token", given: JSON.stringify(path), allowed: "a path that begins with /, without query; `*` only at its end, and not /*, which is all of them" })),
  ),
  tokenRule("jwt-claim", conditions, ({ claims = {} }) =>
    Object.entries(claims).flatMap(([claim, values]) => [
      ...claimProblems("jwt.claims", claim),
      ...(values.length === 0 || values.some((value) => value === "" || value.includes("*"))
        ? [{ path: `jwt.claims[${JSON.stringify(claim)}]`, message: "has no values to compare, or a pattern", given: values.join(", "), allowed: "one whole value at least, without `*`", fix: "Name the values one by one." }]
        : []),
    ]),
  ),
  tokenRule("jwt-header-claim", `${authentication}#ClaimToHeader`, ({ headers = {} }) =>
    Object.values(headers).flatMap((claim) =>
      // Where a policy has brackets around a whole name, this has dots between the names of claims inside one another.
      claim.includes(".")
        ? [{ path: "jwt.headers", message: "names a claim with a dot, which the mesh takes for a claim inside another: the header would be empty without a word", given: JSON.stringify(claim), allowed: "a claim at the top of the token, without a dot in its name", fix: "Have the issuer give the claim another name." }]
        : claimProblems("jwt.headers", claim),
    ),
  ),
  tokenRule("jwt-header", "https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/protocol.proto#config-core-v3-httpprotocoloptions", ({ headers = {} }) =>
    Object.keys(headers)
      // Many programs take a header with an underscore for the same: only one of both is taken off what a client sends.
      .filter((name) => !/^x(-[a-z0-9]+)+$/.test(name))
      .map((name) => ({ path: `jwt.headers[${JSON.stringify(name)}]`, message: "is not a header that the app can rely on", allowed: "x- and lower-case letters, digits and hyphens, as x-plan; no underscore", fix: "Rename it." })),
  ),
  tokenRule("jwt-header-reserved", "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers", ({ headers = {} }) =>
    Object.keys(headers)
      .filter((name) => reservedHeader.test(name))
      .map((name) => ({ path: `jwt.headers[${JSON.stringify(name)}]`, message: "is a header that proxies or the platform's sign-in set", allowed: "a header of the app's own, as x-plan", fix: "Rename it." })),
  ),
];

/** A program without types may give anything; of what a resource gives nothing is known yet. */
function isBlank(audience: pulumi.Input<string>): boolean {
  return typeof audience === "string" ? audience.trim() === "" : !pulumi.Output.isInstance(audience) && !(audience instanceof Promise);
}

/** A claim's name becomes part of a condition, in brackets. */
function claimProblems(path: string, claim: string): Problem[] {
  if (/^[^\s[\]]+$/.test(claim)) return [];
  return [{ path, message: "is not the name of a claim", given: JSON.stringify(claim), allowed: "text without spaces and brackets" }];
}

/** istiod calls port 443 alone, and no address inside. */
function isPublicAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, port, hostname, username } = new URL(address);
  const isName = isIP(hostname.replace(/^\[|\]$/g, "")) === 0 && hostname.includes(".") && !/\.(local|svc|internal|localhost)\.?$/.test(hostname);
  return protocol === "https:" && port === "" && username === "" && isName;
}
