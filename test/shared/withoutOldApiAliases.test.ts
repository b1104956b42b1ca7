import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { withoutOldApiAliases } from "../../components/shared/withoutOldApiAliases";
import { record, the } from "../support/record";

describe("withoutOldApiAliases", () => {
  const made = (transformations: pulumi.ResourceTransformation[]) =>
    record(() => {
      const provider = new k8s.Provider("inside", { kubeconfig: "{}" });
      new k8s.networking.v1.NetworkPolicy("policy", { metadata: { name: "policy" }, spec: { podSelector: {} } }, { provider, transformations, aliases: [{ name: "renamed" }] });
    });

  it("takes away the old types that the SDK names, and leaves what the program says of itself", async () => {
    const type = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
    assert.equal(the(await made([]), type).aliases?.length, 2);
    const { urn, aliases } = the(await made([withoutOldApiAliases]), type);
    assert.deepEqual(aliases, [urn.replace(/::policy$/, "::renamed")]);
  });
});
