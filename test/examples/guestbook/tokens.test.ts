import * as assert from "node:assert/strict";
import { apiTokens } from "../../../examples/guestbook/apps/tokens";

const own = { issuer: "https://login.partner.example", jwksUri: "https://login.partner.example/keys", audience: "guestbook" };
const signInTokens = { issuer: "https://sign-in.example", jwksUri: "https://sign-in.example/keys", audience: "11111111-1111-4111-8111-111111111111" };

describe("whose tokens the guestbook's API takes", () => {
  it("is the config's to say, and otherwise the platform's sign-in", () => {
    assert.equal(apiTokens(own, { signInTokens }), own);
    assert.equal(apiTokens(undefined, { signInTokens }), signInTokens);
  });

  it("must be somebody", () => assert.throws(() => apiTokens(undefined, {}), /The platform has no sign-in.*tokens: \{ issuer, jwksUri, audience \}/));

  const rows: readonly (readonly [what: string, given: unknown])[] = [
    ["a text", "https://login.partner.example"],
    ["nothing", null],
    ["an issuer without an audience", { issuer: own.issuer, jwksUri: own.jwksUri }],
    ["an audience that is empty", { ...own, audience: "" }],
    ["audiences in a list", { ...own, audience: ["guestbook"] }],
    ["a key that isn't known", { ...own, audiences: ["guestbook"] }],
  ];
  for (const [what, given] of rows) it(`is refused as ${what}`, () => assert.throws(() => apiTokens(given, { signInTokens }), /must have issuer, jwksUri and audience/));
});
