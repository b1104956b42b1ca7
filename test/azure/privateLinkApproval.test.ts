import * as random from "@pulumi/random";
import * as assert from "node:assert/strict";
import { ArgumentError } from "../../components/shared/errors";
import { PrivateLinkApproval, PrivateLinkApprovalArgs } from "../../components/azure/privateLinkApproval";
import { DynamicProvider } from "../support/dynamicProvider";
import { Fault, ManagementStandIn } from "../support/managementStandIn";
import { installedPackage } from "../support/installedPackage";
import { inputs, record, the } from "../support/record";

const type = "pulumi-nodejs:dynamic/deliveryPlatform:PrivateLinkApproval";
const serviceId = "/subscriptions/66666666-7777-4888-9999-000000000000/resourceGroups/rg-acme-dev/providers/Microsoft.Network/privateLinkServices/pls-acme-dev-gateway";
const message = "5f0f6f0e-8b0e-4a53-9a44-2a8f6a6ce1b7";
const token = "planted+token/1==";
const args: PrivateLinkApprovalArgs = { privateLinkServiceId: serviceId, requestMessage: message, originName: "gateway", token, triggers: ["origin-1"] };

describe("PrivateLinkApproval, as registered", () => {
  it("keeps the token secret and fills in the defaults", async () => {
    const plan = await record(() => void new PrivateLinkApproval("approval", args));
    const { __provider, ...registered } = inputs(the(plan, type));
    assert.equal(typeof __provider, "string");
    assert.deepEqual(registered, {
      privateLinkServiceId: serviceId,
      requestMessage: message,
      originName: "gateway",
      token: "[secret]",
      triggers: ["origin-1"],
      timeoutMinutes: 30,
      pollSeconds: 10,
      retrySeconds: 1,
      managementEndpoint: "https://management.azure.com",
    });
  });

  it("is registered in a preview too, where its message and triggers are not known", async () => {
    const plan = await record(
      () => {
        const uuid = new random.RandomUuid("message");
        new PrivateLinkApproval("approval", { ...args, requestMessage: uuid.result, triggers: [uuid.id] });
      },
      { mode: "preview" },
    );
    const registered = inputs(the(plan, type));
    assert.equal(registered["requestMessage"], "[unknown]");
    assert.deepEqual(registered["triggers"], ["[unknown]"]);
  });

  const refused: [string, Partial<PrivateLinkApprovalArgs>, RegExp][] = [
    ["a time-out of nothing", { timeoutMinutes: 0 }, /timeoutMinutes: is not a time/],
    ["a negative interval", { pollSeconds: -1 }, /pollSeconds: is not a time/],
    ["an endpoint over http", { managementEndpoint: "http://management.example.com" }, /managementEndpoint: is not where a token may be sent/],
    ["an endpoint that only begins as an allowed one", { managementEndpoint: "http://127.0.0.1.example.com" }, /managementEndpoint/],
  ];
  for (const [what, change, expected] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(
        record(() => void new PrivateLinkApproval("approval", { ...args, ...change })),
        (error) => error instanceof ArgumentError && expected.test(error.message),
      );
    });
  }
});

// The engine starts Pulumi's process for dynamic resources in the program's folder and gives it the provider as text. Both ways in which the
// text comes about are tried: from this repository's sources, and from the compiled package inside another project's node_modules.
const places = {
  "from its sources": async () => {
    const plan = await record(() => void new PrivateLinkApproval("approval", args));
    return { directory: process.cwd(), text: String(inputs(the(plan, type))["__provider"]), nodeFlags: [], remove: () => undefined };
  },
  "from an installed package": installedPackage,
};

for (const [place, prepare] of Object.entries(places)) {
  describe(`PrivateLinkApproval, run by Pulumi's own process ${place}`, () => {
    let prepared: Awaited<ReturnType<typeof prepare>>;
    let provider: DynamicProvider;
    let arm: ManagementStandIn;
    let endpoint: string;

    before(async () => {
      prepared = await prepare();
      provider = await DynamicProvider.start(prepared.directory, prepared.nodeFlags);
    });
    after(async () => {
      await provider.stop();
      prepared.remove();
    });
    beforeEach(async () => {
      arm = new ManagementStandIn(serviceId);
      endpoint = await arm.start();
    });
    afterEach(() => arm.stop());

    const asked = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
      ...args,
      timeoutMinutes: 0.2,
      pollSeconds: 0.005,
      retrySeconds: 0.005,
      managementEndpoint: endpoint,
      __provider: prepared.text,
      ...change,
    });
    const statuses = (): string[] => arm.connections.map(({ name, status }) => `${name}: ${status}`);
    const puts = (): string[] => arm.calls.filter(({ method }) => method === "PUT").map(({ path }) => path.split("/").pop() ?? "");
    const failure = async (attempt: Promise<unknown>): Promise<string> => {
      const error = await attempt.then(() => assert.fail("it did not fail"), (reason: Error) => reason);
      assert.ok(!error.message.includes(token) && !provider.printed.includes(token), "the token is in what a person reads");
      return error.message;
    };

    it("approves a pending connection, keeps its description, and tells its name", async () => {
      arm.connections.push({ name: "pe-1", status: "Pending", description: message });
      const { id, outputs } = await provider.create(asked());
      assert.equal(id, "gateway");
      assert.equal(outputs["connectionName"], "pe-1");
      assert.deepEqual(arm.calls[1], {
        method: "PUT",
        path: `${serviceId}/privateEndpointConnections/pe-1`,
        apiVersion: "2024-05-01",
        authorization: `Bearer ${token}`,
        body: { name: "pe-1", properties: { privateLinkServiceConnectionState: { status: "Approved", description: message } } },
      });
      assert.deepEqual(statuses(), ["pe-1: Approved"]);
    });

    it("does not put the token among its outputs", async () => {
      arm.connections.push({ name: "pe-1", status: "Approved", description: message });
      const { outputs } = await provider.create(asked());
      assert.deepEqual(Object.keys(outputs).sort(), ["__provider", "connectionName", "privateLinkServiceId", "requestMessage", "triggers"]);
    });

    it("takes a connection that is approved already as done", async () => {
      arm.connections.push({ name: "pe-1", status: "Approved", description: message });
      assert.equal((await provider.create(asked())).outputs["connectionName"], "pe-1");
      assert.deepEqual(puts(), []);
    });

    it("waits for the request to come", async () => {
      arm.beforeList = (count) => void (count === 3 && arm.connections.push({ name: "pe-1", status: "Pending", description: message }));
      await provider.create(asked());
      assert.deepEqual(statuses(), ["pe-1: Approved"]);
    });

    it("waits until Azure shows the connection as approved", async () => {
      arm.connections.push({ name: "pe-1", status: "Pending", description: message });
      arm.beforeList = (count) => void (count < 4 && arm.connections.forEach((connection) => (connection.status = "Pending")));
      await provider.create(asked());
      assert.equal(arm.calls.filter(({ method }) => method === "GET").length, 4);
    });

    it("approves every pending connection with the message, on whatever page, and nobody else's", async () => {
      arm.pageSize = 2;
      arm.connections.push(
        { name: "other-1", status: "Pending", description: "please" },
        { name: "pe-2", status: "Pending", description: message },
        { name: "other-2", status: "Pending", description: `${message} ` },
        { name: "pe-1", status: "Pending", description: message },
        { name: "pe-0", status: "Disconnected", description: message },
      );
      assert.equal((await provider.create(asked())).outputs["connectionName"], "pe-1");
      assert.deepEqual(statuses(), ["other-1: Pending", "pe-2: Approved", "other-2: Pending", "pe-1: Approved", "pe-0: Disconnected"]);
    });

    for (const status of ["Rejected", "Disconnected"]) {
      it(`fails at once on a ${status.toLowerCase()} connection, and names origin, service and connection`, async () => {
        arm.connections.push({ name: "pe-1", status, description: message });
        const text = await failure(provider.create(asked()));
        assert.ok(text.includes("origin gateway") && text.includes(serviceId) && text.includes(`pe-1: ${status}`), text);
        assert.equal(arm.calls.length, 1);
      });
    }

    it("times out when no request comes, and names origin, service and what to look at", async () => {
      arm.connections.push({ name: "other-1", status: "Pending", description: "please" });
      const text = await failure(provider.create(asked({ timeoutMinutes: 0.002 })));
      assert.match(text, /origin gateway has no approved connection to the private link service \/subscriptions.* after 0.002 minutes/);
      assert.match(text, /no connection with the origin's request message, and 1 of others/);
      assert.ok(text.includes("kubectl describe service") && text.includes(`az network private-link-service show --ids ${serviceId}`), text);
    });

    it("times out when the private link service does not exist, and says so", async () => {
      const text = await failure(provider.create(asked({ privateLinkServiceId: `${serviceId}-gone`, timeoutMinutes: 0.002 })));
      assert.match(text, /Last seen there: no such private link service/);
    });

    it("times out on a call that is never answered", async () => {
      arm.faults.push("silence");
      assert.match(await failure(provider.create(asked({ timeoutMinutes: 0.002 }))), /Last seen there: nothing; Azure has not answered/);
    });

    const transient: Record<string, Fault> = {
      "429 that says how long to wait": { status: 429, headers: { "retry-after": "0" } },
      "429 that says nothing": { status: 429 },
      "500": { status: 500 },
      "503": { status: 503 },
      "409": { status: 409, body: '{"error": {"code": "AnotherOperationInProgress"}}' },
      "connection cut before the answer": "cut",
      "connection cut in the middle of the answer": "cutBody",
    };
    for (const [what, fault] of Object.entries(transient)) {
      it(`gets past a ${what}, when it lists and when it approves`, async () => {
        arm.connections.push({ name: "pe-1", status: "Pending", description: message });
        arm.faults.push(fault, fault);
        arm.beforeList = (count) => void (count === 1 && arm.faults.push(fault, fault));
        await provider.create(asked());
        assert.deepEqual(statuses(), ["pe-1: Approved"]);
        assert.equal(arm.calls.length, 7);
      });
    }

    it("gives up on an error that stays, and says what Azure answered", async () => {
      arm.faults.push(...Array<Fault>(9).fill({ status: 500, body: `{"error": {"code": "InternalServerError", "message": "for ${token}"}}` }));
      const text = await failure(provider.create(asked({ retrySeconds: 0.001 })));
      assert.match(text, /Azure answered 500 to GET .*InternalServerError.*for \[token\]/);
    });

    it("does not repeat a call that Azure forbids, and names the right that is missing", async () => {
      arm.faults.push({ status: 403, body: '{"error": {"code": "AuthorizationFailed"}}' });
      const text = await failure(provider.create(asked()));
      assert.match(text, /403.*AuthorizationFailed.*read and write of Microsoft.Network\/privateLinkServices\/privateEndpointConnections/);
      assert.equal(arm.calls.length, 1);
    });

    it("sends the token to no host that an answer names", async () => {
      arm.faults.push({ status: 200, body: '{"value": [], "nextLink": "https://elsewhere.example.com/page2"}' });
      assert.match(await failure(provider.create(asked())), /leads to another host/);
    });

    it("sends the token nowhere when the id is not one of a private link service", async () => {
      assert.match(await failure(provider.create(asked({ privateLinkServiceId: "@elsewhere.example.com/privateLinkServices/x" }))), /id of a private link service was expected/);
      assert.deepEqual(arm.calls, []);
    });

    const state = { privateLinkServiceId: serviceId, requestMessage: message, triggers: ["origin-1"], connectionName: "pe-1" };
    const differences: [string, Record<string, unknown>, boolean][] = [
      ["nothing", {}, false],
      ["the token", { token: "another" }, false],
      ["the time-out and the origin's name", { timeoutMinutes: 5, originName: "other" }, false],
      ["a trigger", { triggers: ["origin-2"] }, true],
      ["a trigger that is not known yet", { triggers: ["04da6b54-80e4-46f7-96ec-b56ff0331ba9"] }, true],
      ["the service", { privateLinkServiceId: `${serviceId}2` }, true],
      ["the message", { requestMessage: "another" }, true],
    ];
    for (const [what, change, changes] of differences) {
      it(`sees ${changes ? "an update" : "no change"} when ${what} changed`, async () => {
        assert.deepEqual(await provider.diff("gateway", { ...state, __provider: prepared.text }, asked(change)), { changes, replaces: [] });
        assert.deepEqual(arm.calls, []);
      });
    }

    it("approves again in an update", async () => {
      arm.connections.push({ name: "pe-2", status: "Pending", description: message });
      const outputs = await provider.update("gateway", { ...state, __provider: prepared.text }, asked({ triggers: ["origin-2"] }));
      assert.equal(outputs["connectionName"], "pe-2");
      assert.deepEqual(outputs["triggers"], ["origin-2"]);
    });

    it("calls nothing when it is deleted", async () => {
      await provider.delete("gateway", { ...state, __provider: prepared.text });
      assert.deepEqual(arm.calls, []);
    });
  });
}
