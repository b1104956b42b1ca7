import * as pulumi from "@pulumi/pulumi";
import * as runtime from "@pulumi/pulumi/runtime";
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { readMeshAppArgs } from "../../component-package/args/meshApp";
import { received } from "../../component-package/args/received";
import { ComponentPackage } from "../../component-package/componentPackage";
import schema from "../../component-package/schema.json";
import { packageSchemaText } from "../../component-package/schema/packageSchema";
import { fileConfig } from "../support/plans";
import { record } from "../support/record";

const platform = "delivery-platform:index:Platform";
const meshApp = "delivery-platform:index:MeshApp";

describe("the component package", () => {
  it("has the schema of its arguments and outputs", () => {
    assert.ok(fs.readFileSync("component-package/schema.json", "utf8") === packageSchemaText(), "component-package/schema.json is stale: write it anew with `npm run schema` and commit it");
  });

  it("says of each argument, and of what is in it, whether it may come from another resource", () => {
    const plain = (spec: object): boolean => "plain" in spec;
    const { versions, hosts, callers } = schema.resources["delivery-platform:index:MeshApp"].inputProperties;
    assert.deepEqual([versions, versions.additionalProperties, hosts, hosts.items, callers, callers.additionalProperties].map(plain), [true, true, true, true, true, true]);
    const { "delivery-platform:index:AppVersion": version, "delivery-platform:index:AppJwt": jwt, "delivery-platform:index:AppCaller": caller, "delivery-platform:index:ServiceAccountName": account } = schema.types;
    assert.deepEqual([version.properties.env, version.properties.env.additionalProperties, jwt.properties.audiences.items].map(plain), [true, false, false]);
    const { serviceAccount, podLabels, reason, requests } = caller.properties;
    assert.deepEqual([serviceAccount, account.properties.name, podLabels, podLabels.additionalProperties, reason, requests.items].map(plain), [false, false, false, false, true, true]);
    const { oneOf } = schema.types["delivery-platform:index:RequestRate"].properties.headers.additionalProperties;
    assert.deepEqual(oneOf.map(plain), [true, true]);
  });

  it("has the version of the package", () => {
    const versionOf = (file: string): unknown => (JSON.parse(fs.readFileSync(file, "utf8")) as { version: unknown }).version;
    assert.deepEqual([versionOf("component-package/package.json"), new ComponentPackage().version], [versionOf("package.json"), versionOf("package.json")]);
  });

  /** What a facade answers to arguments that it should refuse, with nothing registered. */
  const refusal = async (type: string, inputs: pulumi.Inputs): Promise<string> => {
    let message = "";
    const plan = await record(() => new ComponentPackage().construct("hello", type, inputs, {}).then(() => assert.fail("it was not refused"), (error: Error) => void (message = error.message)));
    assert.deepEqual(plan.resources.map((resource) => resource.type), ["pulumi:pulumi:Stack"]);
    return message;
  };

  const app = { platform: "acme/azure-delivery-platform/dev", port: { containerPort: 8080 }, versions: { v1: { image: "cracme.azurecr.io/apps/hello:1.0.0" } } };
  const route = { name: "a", version: "v1", headers: { "x-team": { exact: "ours" } } };
  const caller = { serviceAccount: { namespace: "front", name: "front" }, podLabels: { app: "front" }, reason: "reads" };
  const later = pulumi.output("later");
  const notKnown = runtime.deserializeProperty(runtime.unknownValue, true) as unknown;
  const refused: readonly (readonly [what: string, type: string, inputs: pulumi.Inputs, message: RegExp])[] = [
    ["an app without its platform", meshApp, { ...app, platform: undefined }, /^hello refuses its arguments:\n {2}platform: is missing/],
    ["a port as text", meshApp, { ...app, port: { containerPort: "8080" } }, /port\.containerPort: [^]*given: {3}"8080"\n {6}allowed: a number/],
    ["a protocol that isn't one", meshApp, { ...app, port: { containerPort: 8080, protocol: "udp" } }, /port\.protocol: [^]*allowed: "http", "http2", "grpc"/],
    ["an argument that isn't one", meshApp, { ...app, host: "a" }, /\n {2}host: is not a known key\n {6}do: .* docs\/component-package\.md/],
    ["a namespace, which can't be written down", meshApp, { ...app, namespace: "hello" }, /namespace: is not a known key/],
    ["a key inside an argument that isn't one", meshApp, { ...app, port: { containerPort: 8080, name: "http" } }, /port\.name: is not a known key/],
    ["two routes of one name", meshApp, { ...app, routes: [route, route] }, /routes: .*\n.*\n {6}allowed: each name once/],
    ["a header that is matched in two ways", meshApp, { ...app, routes: [{ ...route, headers: { a: { exact: "b", prefix: "c" } } }] }, /routes\[0\]\.headers\.a: [^]*allowed: \{ exact: … \}, \{ prefix: … \} or \{ regex: … \}/],
    ["a list where there is one of three", meshApp, { ...app, affinity: { sourceIp: false } }, /affinity: [^]*or \{ sourceIp: true \}/],
    ["a host of another resource", meshApp, { ...app, hosts: [later] }, /hosts\[0\]: is secret or comes from another resource/],
    ["a port of another resource", meshApp, { ...app, port: pulumi.output(app.port) }, /^hello refuses its arguments:\n {2}port: is secret or comes from another resource[^\n]*\n {6}allowed: [^\n]*$/],
    ["a version of another resource", meshApp, { ...app, versions: { v1: pulumi.output(app.versions.v1) } }, /^hello refuses its arguments:\n {2}versions\.v1: is secret[^\n]*\n {6}allowed: [^\n]*$/],
    ["the environment of another resource", meshApp, { ...app, versions: { v1: { ...app.versions.v1, env: pulumi.output({ A: "b" }) } } }, /^hello refuses its arguments:\n {2}versions\.v1\.env: is secret[^\n]*\n {6}allowed: [^\n]*$/],
    ["a caller that is secret", meshApp, { ...app, callers: { front: { ...caller, serviceAccount: pulumi.secret(caller.serviceAccount) } } }, /^hello refuses its arguments:\n {2}callers\.front\.serviceAccount: is secret or comes/],
    ["callers that are not known", meshApp, { ...app, callers: { front: { ...caller, serviceAccount: { namespace: notKnown, name: "front" } } } }, /^hello refuses its arguments:\n {2}callers\.front\.serviceAccount\.namespace: is secret or comes/],
    ["versions that are secret as a whole", meshApp, { ...app, versions: pulumi.secret(app.versions) }, /versions: is secret or comes from another resource/],
    ["a platform without its config", platform, {}, /^The platform's configuration is refused:\n {2}config: is missing/],
    ["a config beside the config", platform, { config: fileConfig("dev"), domain: "example.com" }, /\n {2}domain: is not a known key/],
    ["a domain of another resource", platform, { config: { ...fileConfig("dev"), dns: { zone: later, resourceGroup: "rg-dns" } } }, /\n {2}config\.dns\.zone: is secret or comes from another resource/],
    ["what the config's rules refuse", platform, { config: { ...fileConfig("dev"), domain: "example.org" } }, /\n {2}domain: /],
    ["a component that isn't there", "delivery-platform:index:App", app, /no component delivery-platform:index:App; it has .*Platform and .*MeshApp/],
  ];
  for (const [what, type, inputs, message] of refused) {
    it(`refuses ${what}`, async () => assert.match(await refusal(type, inputs), message));
  }

  it("takes callers from another resource, in part or as a whole", async () => {
    const given = [
      { front: caller },
      pulumi.output({ front: caller }),
      { front: { ...caller, serviceAccount: pulumi.output(caller.serviceAccount), podLabels: pulumi.output(caller.podLabels) } },
      { front: { ...caller, serviceAccount: { namespace: pulumi.output("front"), name: pulumi.output("front") } } },
    ];
    for (const callers of given) assert.deepEqual((await readMeshAppArgs("hello", { ...app, callers })).callers, { front: caller });
  });

  it("takes what is null for what is not given", async () => {
    assert.deepEqual(await readMeshAppArgs("hello", { ...app, hosts: null, callers: null, port: { ...app.port, protocol: null } }), app);
    assert.deepEqual(received({ b: null, a: { d: [null, { e: null }], c: 1 } }), { a: { c: 1, d: [null, {}] } });
    assert.match(await refusal(platform, { config: null }), /config: is missing/);
  });

  it("says of a platform's stack that it isn't there", async () => {
    await assert.rejects(record(() => new ComponentPackage().construct("hello", meshApp, app, {})), /unknown stack "acme\/azure-delivery-platform\/dev"/);
  });

  it("names every wrong argument together, and shows no secret", async () => {
    const message = await refusal(meshApp, { ...app, port: {}, signIn: "yes", versions: { v1: { image: 1, secretEnv: { KEY: 4711 } } } });
    for (const path of ["port.containerPort", "signIn", "versions.v1.image", "versions.v1.secretEnv.KEY"]) assert.match(message, new RegExp(`^  ${path}: `, "m"));
    assert.ok(!message.includes("4711"));
  });
});
