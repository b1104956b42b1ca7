import * as assert from "node:assert/strict";
import { typeProblem } from "../../../simulator/kubernetes/envoyTypes";

describe("the types that an EnvoyFilter names", () => {
  const known = [
    "type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute",
    "type.googleapis.com/envoy.extensions.filters.http.golang.v3alpha.Config",
    "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
    "type.googleapis.com/udpa.type.v1.TypedStruct",
    "type.googleapis.com/google.protobuf.Struct",
  ];
  const unknown: readonly (readonly [type: string, message: RegExp])[] = [
    ["type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.Ratelimit", /could not resolve Any message type: .*\.Ratelimit; the package has RateLimit, RateLimitPerRoute$/],
    ["type.googleapis.com/envoy.extensions.filters.http.rate_limit.v3.RateLimit", /no HTTP filter of the package rate_limit\.v3$/],
    ["type.googleapis.com/envoy.extensions.filters.http.Lua", /could not resolve/],
    ["type.googleapis.com/com.example.Own", /the name of a message, as /],
    ["envoy.extensions.filters.http.lua.v3.Lua", /it is type\.googleapis\.com\/ and/],
  ];

  for (const type of known) it(`may be ${type}`, () => assert.equal(typeProblem(type), undefined));
  for (const [type, message] of unknown) it(`are refused: ${type}`, () => assert.match(typeProblem(type) ?? "", message));
});
