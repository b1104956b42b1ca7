import * as assert from "node:assert/strict";
import { EntraApplication, EntraApplicationArgs, NewEntraApplicationArgs } from "../../components/azure/entraApplication";
import { ArgumentError } from "../../components/shared/errors";
import { EmbeddedCloud } from "../../simulator/embeddedCloud";
import { Properties } from "../../simulator/engine/values";
import { all, inputs, record, testSubscription, testTenant, the } from "../support/record";

const component = "delivery-platform:azure:EntraApplication";
const application = "azuread:index/application:Application";
const args: NewEntraApplicationArgs = {
  displayName: "Acme (dev)",
  redirectUris: ["https://echo.dev.example.com/oauth2/callback"],
  credential: { kind: "federated", issuer: "https://oidc.example.com/", subject: "system:serviceaccount:oauth2-proxy:oauth2-proxy" },
};
const secret = { kind: "secret", expires: "2027-01-31T00:00:00Z" } as const;
const made = (change: Partial<NewEntraApplicationArgs> = {}) => record(() => void new EntraApplication("sign-in", { ...args, ...change }));

describe("EntraApplication", () => {
  it("is for this tenant only, takes its redirect addresses, and issues tokens of version 2 through no address bar", async () => {
    const plan = await made();
    const { signInAudience, web, api } = inputs(the(plan, application, "sign-in")) as { signInAudience: unknown; web: unknown; api: { requestedAccessTokenVersion: unknown; oauth2PermissionScopes: { value: unknown; type: unknown }[] } };
    assert.equal(signInAudience, "AzureADMyOrg");
    assert.deepEqual(web, { redirectUris: args.redirectUris, implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false } });
    assert.equal(api.requestedAccessTokenVersion, 2);
    assert.deepEqual(api.oauth2PermissionScopes.map(({ value, type }) => ({ value, type })), [{ value: "access", type: "User" }]);
  });

  it("has api://<client id> as its identifier, and leaves it alone on the application", async () => {
    const plan = await made();
    const clientId = the(plan, application).outputs["clientId"];
    assert.equal(inputs(the(plan, "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri"))["identifierUri"], `api://${clientId}`);
    assert.deepEqual(the(plan, application).ignoreChanges, ["identifierUris"]);
  });

  it("tells the scope to ask for, and the one audience that tokens of either flow name", async () => {
    const plan = await made();
    const clientId = the(plan, application).outputs["clientId"];
    const { clientId: told, scope, audiences, clientSecret } = the(plan, component).outputs;
    assert.deepEqual({ told, scope, audiences, clientSecret }, { told: clientId, scope: `api://${clientId}/.default`, audiences: [clientId], clientSecret: undefined });
  });

  it("asks Microsoft Graph for the sign-in permissions and consents to them", async () => {
    const plan = await made();
    assert.deepEqual(inputs(the(plan, application))["requiredResourceAccesses"], [
      {
        resourceAppId: "00000003-0000-0000-c000-000000000000",
        resourceAccesses: [
          { id: "37f7f235-527c-4136-accd-4a02d197296e", type: "Scope" },
          { id: "14dad69e-099b-42c9-810b-d002981feec1", type: "Scope" },
          { id: "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", type: "Scope" },
        ],
      },
    ]);
    const consent = the(plan, "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant");
    const principal = the(plan, "azuread:index/servicePrincipal:ServicePrincipal").outputs["objectId"];
    assert.deepEqual({ ...inputs(consent), resourceServicePrincipalObjectId: undefined }, { servicePrincipalObjectId: principal, claimValues: ["openid", "profile", "email"], resourceServicePrincipalObjectId: undefined });
    assert.notEqual(inputs(consent)["resourceServicePrincipalObjectId"], principal);
  });

  it("consents to nothing when it shall not, or when nothing is asked", async () => {
    for (const change of [{ adminConsent: false }, { permissions: [] }]) {
      assert.deepEqual(all(await made(change), "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant"), []);
    }
  });

  it("lets the clients that are named use its scope without asking", async () => {
    const plan = await made({ preAuthorizedClients: { "azure-cli": "04b07795-8ddb-461a-bbee-02f9e1bf7b46" } });
    const { api } = inputs(the(plan, application)) as { api: { oauth2PermissionScopes: { id: string }[] } };
    const { authorizedClientId, permissionIds } = inputs(the(plan, "azuread:index/applicationPreAuthorized:ApplicationPreAuthorized", "sign-in-client-azure-cli"));
    assert.deepEqual({ authorizedClientId, permissionIds }, { authorizedClientId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46", permissionIds: [api.oauth2PermissionScopes[0]?.id] });
  });

  it("makes a federated credential and no secret", async () => {
    const plan = await made();
    const credential = inputs(the(plan, "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential", "sign-in-federation"));
    assert.deepEqual(credential, {
      applicationId: `/applications/${the(plan, application).outputs["objectId"]}`,
      displayName: "sign-in",
      issuer: "https://oidc.example.com/",
      subject: "system:serviceaccount:oauth2-proxy:oauth2-proxy",
      audiences: ["api://AzureADTokenExchange"],
    });
    assert.deepEqual(all(plan, "azuread:index/applicationPassword:ApplicationPassword"), []);
  });

  it("makes a secret that ends when it is told to, tells it as a secret, and no federated credential", async () => {
    const plan = await made({ credential: secret });
    const password = the(plan, "azuread:index/applicationPassword:ApplicationPassword", "sign-in-secret");
    assert.equal(inputs(password)["endDate"], "2027-01-31T00:00:00Z");
    assert.equal(inputs({ ...password, inputs: the(plan, component).outputs })["clientSecret"], "[secret]");
    assert.deepEqual(all(plan, "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential"), []);
  });

  it("protects the application and not its credential when it is protected", async () => {
    const plan = await record(() => void new EntraApplication("sign-in", { ...args, credential: secret }, { protect: true }));
    assert.equal(the(plan, application).protect, true);
    assert.equal(the(plan, "azuread:index/servicePrincipal:ServicePrincipal").protect, true);
    assert.equal(the(plan, "azuread:index/applicationPassword:ApplicationPassword").protect, undefined);
  });

  const refused: [string, EntraApplicationArgs, RegExp][] = [
    ["no name", { ...args, displayName: "" }, /displayName: /],
    ["no redirect address", { ...args, redirectUris: [] }, /redirectUris: has the wrong length/],
    ["a redirect over http", { ...args, redirectUris: ["http://echo.example.com/oauth2/callback"] }, /redirectUris: /],
    ["a redirect to a wildcard", { ...args, redirectUris: ["https://*.example.com/oauth2/callback"] }, /redirectUris: /],
    ["a redirect with a fragment", { ...args, redirectUris: ["https://echo.example.com/#a"] }, /redirectUris: /],
    ["a redirect that is too long", { ...args, redirectUris: [`https://echo.example.com/${"a".repeat(240)}`] }, /redirectUris: /],
    ["a redirect that is listed twice", { ...args, redirectUris: ["https://a.example.com/", "https://a.example.com/"] }, /redirectUris: /],
    ["more redirects than Entra ID takes", { ...args, redirectUris: Array.from({ length: 257 }, (_, index) => `https://a${index}.example.com/`) }, /redirectUris: has the wrong length/],
    ["a scope with a space", { ...args, scopeName: "access all" }, /scopeName: /],
    ["a client that is not a GUID", { ...args, preAuthorizedClients: { cli: "azure-cli" } }, /preAuthorizedClients.cli: /],
    ["a day as the end of a secret", { ...args, credential: { kind: "secret", expires: "2027-01-31" } }, /credential.expires: /],
    ["a day that does not exist", { ...args, credential: { kind: "secret", expires: "2027-13-31T00:00:00Z" } }, /credential.expires: /],
    ["an issuer over http", { ...args, credential: { kind: "federated", issuer: "http://oidc.example.com", subject: "s" } }, /credential.issuer: /],
    ["a subject that matches many", { ...args, credential: { kind: "federated", issuer: "https://oidc.example.com", subject: "system:serviceaccount:*" } }, /credential.subject: /],
    ["an existing application that is not a GUID", { existing: { clientId: "sign-in" } }, /existing.clientId: /],
  ];
  for (const [what, given, expected] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(
        record(() => void new EntraApplication("sign-in", given)),
        (error) => error instanceof ArgumentError && error.problems.length === 1 && expected.test(error.message),
      );
    });
  }

  it("takes http for a redirect to localhost", async () => {
    assert.equal(all(await made({ redirectUris: ["http://localhost:4180/oauth2/callback"] }), application).length, 1);
  });
});

describe("EntraApplication, an existing one", () => {
  const clientId = "0a1b2c3d-0000-4000-8000-000000000001";
  const existing = (found: Properties) => {
    const cloud = new (class extends EmbeddedCloud {
      override invoke(token: string, given: Properties): Properties {
        return token === "azuread:index/getApplication:getApplication" ? { clientId: given["clientId"], ...found } : super.invoke(token, given);
      }
    })({ tenantId: testTenant, subscriptionId: testSubscription });
    return record(() => void new EntraApplication("sign-in", { existing: { clientId } }), { cloud });
  };
  const good = { apis: [{ requestedAccessTokenVersion: 2 }], identifierUris: [`api://${clientId}`] };

  it("is looked up, and nothing is made", async () => {
    const plan = await existing(good);
    assert.deepEqual(plan.resources.filter(({ custom }) => custom), []);
    assert.deepEqual(the(plan, component).outputs, { clientId, scope: `api://${clientId}/.default`, audiences: [clientId] });
  });

  it("is refused when its tokens are of version 1", async () => {
    await assert.rejects(existing({ ...good, apis: [{ requestedAccessTokenVersion: 1 }] }), /given: {3}version 1/);
    await assert.rejects(existing({ ...good, apis: [] }), /given: {3}version 1/);
  });

  it("is refused without the identifier that programs ask tokens for", async () => {
    await assert.rejects(existing({ ...good, identifierUris: ["api://another"] }), new RegExp(`allowed: api://${clientId}`));
  });
});
