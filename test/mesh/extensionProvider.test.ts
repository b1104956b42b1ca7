import assert from "node:assert/strict";
import { ExtensionProvider, extensionProviderProblems } from "../../components/mesh/extensionProvider";
import { Istio } from "../../components/mesh/istio";
import { ArgumentError } from "../../components/shared/errors";
import { testCluster } from "../support/insideCluster";
import { inputs, record, the } from "../support/record";

const check: ExtensionProvider["envoyExtAuthzHttp"] = {
  service: "sign-in.sign-in.svc.cluster.local",
  port: 80,
  timeout: "5s",
  includeRequestHeadersInCheck: ["cookie", "x-team-*"],
  headersToUpstreamOnAllow: ["x-user"],
  headersToDownstreamOnAllow: [],
  headersToDownstreamOnDeny: [],
};

function problems(...changes: { name?: string; check?: Partial<typeof check> }[]): string[] {
  const providers = changes.map(({ name = "sign-in", check: change }) => ({ name, envoyExtAuthzHttp: { ...check, ...change } }));
  return extensionProviderProblems("providers", providers).map(({ path, given }) => `${path}: ${given}`);
}

describe("extension providers", () => {
  it("are as they should be", () => {
    assert.deepEqual(problems({}), []);
  });

  for (const name of ["signIn", "sign.in", "sign_in", "-sign-in", "s".repeat(64), ""]) {
    it(`are refused under the name "${name}", for which istiod would refuse every request`, () => {
      assert.deepEqual(problems({ name }), [`providers[0].name: ${name}`]);
    });
  }

  it("are refused when two have one name", () => {
    assert.deepEqual(problems({}, {}), ["providers: sign-in"]);
  });

  for (const list of ["includeRequestHeadersInCheck", "headersToUpstreamOnAllow", "headersToDownstreamOnAllow", "headersToDownstreamOnDeny"] as const) {
    it(`are refused with a star alone in ${list}`, () => {
      assert.deepEqual(problems({ check: { [list]: ["cookie", "*"] } }), [`providers[0].${list}: *`]);
    });
  }

  for (const header of ["x-forwarded-uri", "X-Forwarded-Host", "x-forwarded-*"]) {
    it(`are refused when they are shown ${header}, which a client sets as it likes`, () => {
      assert.deepEqual(problems({ check: { includeRequestHeadersInCheck: [header] } }), [`providers[0].includeRequestHeadersInCheck: ${header}`]);
    });
  }

  for (const timeout of ["0s", "5", "", "five seconds"]) {
    it(`are refused with "${timeout}" for a timeout`, () => {
      assert.deepEqual(problems({ check: { timeout } }), [`providers[0].timeout: ${timeout}`]);
    });
  }

  it("stand in the mesh's configuration, and no key of theirs without any", async () => {
    const meshConfig = async (extensionProviders: ExtensionProvider[]): Promise<Record<string, unknown>> => {
      const plan = await record(() => new Istio("istio", { cluster: testCluster(), images: {}, extensionProviders }));
      return (inputs(the(plan, "kubernetes:helm.sh/v3:Release", "istio-istiod"))["values"] as { meshConfig: Record<string, unknown> }).meshConfig;
    };
    const provider = { name: "sign-in", envoyExtAuthzHttp: check };
    assert.deepEqual((await meshConfig([provider]))["extensionProviders"], [provider]);
    assert.ok(!("extensionProviders" in (await meshConfig([]))));
  });

  it("are refused by Istio before it registers anything", async () => {
    const provider = { name: "Sign In", envoyExtAuthzHttp: check };
    await assert.rejects(
      record(() => new Istio("istio", { cluster: testCluster(), images: {}, extensionProviders: [provider] })),
      (error: unknown) => error instanceof ArgumentError && error.problems[0]?.path === "extensionProviders[0].name",
    );
  });
});
