import assert from "node:assert/strict";
import { Plan } from "../../simulator/engine/plan";
import { changedPlan } from "../support/plans";
import { RequestPath } from "../support/requestPath";
import { signInRows, withoutGatewayRows } from "./signInRequests";

interface SignInConfig {
  signIn?: { allowed: { emails?: string[]; servicePrincipals?: string[] } };
}

let plan: Promise<Plan> | undefined;

/** The environment `dev`, with a service principal on the list besides the person who is there. */
function dev(): Promise<Plan> {
  plan ??= changedPlan("dev", "up", ({ signIn }: SignInConfig) => void (signIn && (signIn.allowed.servicePrincipals = ["99999999-9999-4999-8999-999999999991"])));
  return plan;
}

/** The plan without the rules at the gateway that ask for a sign-in. */
async function withoutGateway(): Promise<Plan> {
  const whole = await dev();
  return { ...whole, resources: whole.resources.filter(({ name }) => !/^sign-in-private.*-(check|unchecked)$/.test(name)) };
}

describe("requests to hosts with and without a sign-in", () => {
  for (const { what, request, status, decidedBy } of signInRows) {
    it(what, async () => {
      const outcome = new RequestPath(await dev()).send(request);
      assert.deepEqual([outcome.status, outcome.decidedBy], [status, decidedBy]);
    });
  }
});

describe("an app behind a sign-in refuses by itself", () => {
  for (const { what, request, status, decidedBy } of withoutGatewayRows) {
    it(what, async () => {
      const outcome = new RequestPath(await withoutGateway()).send(request);
      assert.deepEqual([outcome.status, outcome.decidedBy], [status, decidedBy]);
    });
  }
});

describe("what an app behind a sign-in learns of who calls", () => {
  const host = "private.dev.example.com";

  it("is a person's names, and not the token", async () => {
    const { appHeaders } = new RequestPath(await dev()).send({ host, path: "/get", session: "person" });
    assert.deepEqual(appHeaders, {
      "x-auth-request-user": "pairwise-ana@example.com",
      "x-auth-request-email": "ana@example.com",
      "x-auth-request-preferred-username": "ana@example.com",
    });
  });

  it("is a service principal's object id", async () => {
    const { appHeaders } = new RequestPath(await dev()).send({ host, path: "/get", token: "service principal" });
    assert.deepEqual(appHeaders, { "x-auth-request-user": "99999999-9999-4999-8999-999999999991" });
  });

  it("is never what a client claims, on any of its hosts", async () => {
    const headers = { "x-auth-request-user": "root", "x-auth-request-email": "root@example.com", "x-auth-request-groups": "admins", "x-auth-request-preferred-username": "root" };
    const path = new RequestPath(await dev());
    assert.deepEqual(path.send({ host: "echo.dev.example.com", path: "/get", headers }).appHeaders, {});
    assert.deepEqual(path.send({ host, path: "/get", token: "service principal", headers }).appHeaders, { "x-auth-request-user": "99999999-9999-4999-8999-999999999991" });
  });
});
