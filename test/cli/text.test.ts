import * as assert from "node:assert/strict";
import { paintFor, plain } from "../../cli/ansi";
import { architectureOf } from "../../cli/diagram/architecture";
import { redactorFor } from "../../cli/redact";
import { planText, shortType } from "../../cli/text";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { Secret, UNKNOWN } from "../../simulator/engine/values";

const resource = (type: string, name: string, more: Partial<RecordedResource> = {}): RecordedResource => ({
  urn: `urn:pulumi:dev::shop::${type}::${name}`, type, name, custom: true, inputs: {}, outputs: {}, ...more,
});
const stack = resource("pulumi:pulumi:Stack", "shop-dev", { custom: false });
const plan: Plan = {
  project: "shop",
  stack: "dev",
  mode: "up",
  resources: [
    stack,
    resource("random:index/randomPassword:RandomPassword", "password", { parent: stack.urn, outputs: { result: new Secret("a long secret") } }),
    resource("azure-native:keyvault:Vault", "vault", { parent: stack.urn, protect: true }),
    resource("pulumi:providers:kubernetes", "cluster", { parent: stack.urn }),
  ],
  outputs: { id: UNKNOWN, address: new Secret("https://a long secret"), list: ["a", new Secret("b")] },
  findings: [
    { policy: "retention", level: "warning", urn: stack.urn, message: "short", docs: "https://example.com/retention" },
    { policy: "vault-name", level: "error", urn: "urn:pulumi:dev::shop::shop:index:Keys$azure-native:keyvault:Vault::vault", message: "not a name:\na long secret", docs: "https://example.com/names" },
  ],
  durationMs: 1234,
};

describe("the text of a plan", () => {
  it("has the tree, the outputs, the findings with errors first, and the counts, without a secret", () => {
    assert.equal(
      planText(plan, plain, redactorFor(plan)),
      `Previewing shop, stack dev (update: the embedded cloud answers)

    Type                            Name
 +  pulumi:pulumi:Stack             shop-dev
 +  ├─ random:index:RandomPassword  password
 +  ├─ azure-native:keyvault:Vault  vault  protected
 +  └─ pulumi:providers:kubernetes  cluster

Outputs:
    id       [unknown]
    address  [secret]
    list     ["a","[secret]"]

Findings:
    error    vault-name  azure-native:keyvault:Vault vault
             not a name:
             [secret]
             https://example.com/names
    warning  retention  pulumi:pulumi:Stack shop-dev
             short
             https://example.com/retention

Resources:
    + 2 to create: 1 azure-native, 1 random
    in 0 components

Took 1.2 s. No cloud was asked: this is what the program wants, not a promise of Azure's.
`,
    );
  });

  it("lets nothing through to the terminal that would move, colour or turn round what a reader sees", () => {
    const bad = "x\u001b[1A\u001b[2K\u009b2J\u202e\r\u200b";
    const finding = { policy: bad, level: "error", urn: `urn:pulumi:dev::shop::t:i:T::${bad}`, message: `${bad}\n${bad}`, docs: bad } as const;
    const text = planText({ ...plan, project: bad, stack: bad, resources: [resource(`${bad}:i:T`, bad)], outputs: { [bad]: bad, lines: `${bad}\n${bad}` }, findings: [finding] }, plain, (it) => it);
    assert.match(text, /x\\u001b\[1A/);
    assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
  });

  it("counts the resources as the picture does", () => {
    assert.equal(architectureOf(plan).subtitle, "2 resources");
  });

  it("names types as Pulumi's CLI does", () => {
    assert.equal(shortType("random:index/randomPassword:RandomPassword"), "random:index:RandomPassword");
    assert.equal(shortType("aws:s3/bucket:Bucket"), "aws:s3:Bucket");
    assert.equal(shortType("kubernetes:apps/v1:Deployment"), "kubernetes:apps/v1:Deployment");
  });
});

describe("colours", () => {
  it("are for terminals alone, and not for who asks for none", () => {
    assert.equal(paintFor({ isTTY: true }, {})("red", "text"), "\u001b[31mtext\u001b[39m");
    assert.equal(paintFor({}, {})("red", "text"), "text");
    assert.equal(paintFor({ isTTY: true }, { NO_COLOR: "1" })("red", "text"), "text");
    assert.equal(paintFor({ isTTY: true }, { TERM: "dumb" })("red", "text"), "text");
  });
});

describe("what takes secrets out of a message", () => {
  const redact = redactorFor({ ...plan, outputs: { deep: { list: [new Secret({ inner: 'pass"word/1' }), new Secret("short")] } } });

  it("knows them plain, in JSON, in an address and in base64", () => {
    for (const form of ['pass"word/1', 'pass\\"word/1', "pass%22word%2F1", Buffer.from('pass"word/1').toString("base64")]) {
      assert.equal(redact(`before ${form} after`), "before [secret] after");
    }
  });

  it("leaves alone what is too short to be one", () => {
    assert.equal(redact("a short text"), "a short text");
  });
});
