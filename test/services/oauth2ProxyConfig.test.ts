import assert from "node:assert/strict";
import { allowedNames, allowedProblems, oauth2ProxyConfig, OAuth2ProxySettings } from "../../components/services/oauth2ProxyConfig";
import { testTenant } from "../support/record";

function config(change: Partial<OAuth2ProxySettings> = {}): Record<string, unknown> {
  const lines = oauth2ProxyConfig({ tenantId: testTenant, allowed: { emails: ["ana@example.com"] }, ...change }).trim().split("\n");
  return Object.fromEntries(lines.map((line) => [line.split(" = ")[0], JSON.parse(line.slice(line.indexOf(" = ") + 3))]));
}

describe("the configuration of oauth2-proxy", () => {
  it("is this, and holds no secret", () => {
    assert.deepEqual(config(), {
      provider: "entra-id",
      oidc_issuer_url: `https://login.microsoftonline.com/${testTenant}/v2.0`,
      entra_id_allowed_tenants: [testTenant],
      entra_id_federated_token_auth: true,
      code_challenge_method: "S256",
      scope: "openid profile offline_access",
      oidc_email_claim: "preferred_username",
      skip_claims_from_profile_url: true,
      upstreams: ["static://200"],
      set_xauthrequest: true,
      set_authorization_header: true,
      skip_provider_button: true,
      proxy_prefix: "/oauth2",
      skip_jwt_bearer_tokens: true,
      bearer_token_login_fallback: false,
      reverse_proxy: false,
      silence_ping_logging: true,
      cookie_name: "__Host-sign-in",
      cookie_secure: true,
      cookie_httponly: true,
      cookie_samesite: "lax",
      cookie_expire: "12h",
      cookie_refresh: "30m",
      cookie_csrf_per_request: true,
      cookie_csrf_per_request_limit: 8,
      cookie_csrf_expire: "15m",
    });
  });

  it("lets members of groups in, and asks Entra ID for those who are in many", () => {
    const groups = ["55555555-5555-4555-8555-555555555555"];
    const { allowed_groups, email_domains, scope } = config({ allowed: { groups } });
    assert.deepEqual([allowed_groups, email_domains, scope], [groups, ["*"], "openid profile offline_access User.Read"]);
  });

  it("shares a session over a domain only where the sign-in has a host of its own, under a name that a browser allows it", () => {
    const { cookie_name, cookie_domains, whitelist_domains, redirect_url } = config({ shared: { host: "sign-in.dev.example.com", cookieDomain: "dev.example.com" } });
    assert.deepEqual([cookie_name, cookie_domains, whitelist_domains, redirect_url], ["__Secure-sign-in", [".dev.example.com"], [".dev.example.com"], "https://sign-in.dev.example.com/oauth2/callback"]);
  });
});

describe("who may sign in", () => {
  it("stands one a line, people and service principals, in lower case as the proxy compares them", () => {
    assert.equal(
      allowedNames({ emails: ["Ana@Example.com"], servicePrincipals: ["AAAAAAAA-9999-4999-8999-999999999991"] }),
      "ana@example.com\naaaaaaaa-9999-4999-8999-999999999991\n",
    );
  });

  const group = "55555555-5555-4555-8555-555555555555";
  for (const [what, allowed, path] of [
    ["nobody", {}, "allowed"],
    ["groups besides people, of whom only who is in both would get in", { emails: ["ana@example.com"], groups: [group] }, "allowed"],
    ["groups besides service principals", { servicePrincipals: [group], groups: [group] }, "allowed"],
    ["a person without a domain", { emails: ["ana"] }, "allowed.emails"],
    ["everyone of a domain", { emails: ["*", "@example.com"] }, "allowed.emails"],
    ["two people in one line", { emails: ["ana@example.com,eve@example.com"] }, "allowed.emails"],
    ["a remark in place of a person", { emails: ["#ana@example.com"] }, "allowed.emails"],
    ["a service principal by name", { servicePrincipals: ["deployer"] }, "allowed.servicePrincipals"],
    ["a group by name", { groups: ["admins"] }, "allowed.groups"],
  ] as const) {
    it(`is not ${what}`, () => {
      const paths = new Set(allowedProblems("allowed", allowed).map((problem) => problem.path));
      assert.deepEqual([...paths], [path]);
    });
  }

  it("is people and service principals, or groups", () => {
    assert.deepEqual(allowedProblems("allowed", { emails: ["ana@example.com"], servicePrincipals: [group] }), []);
    assert.deepEqual(allowedProblems("allowed", { groups: [group] }), []);
  });
});
