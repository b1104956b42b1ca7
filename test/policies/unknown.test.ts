import * as assert from "node:assert/strict";
import { findingsOf } from "../../policies/run";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { isRecord, Properties, Secret, UNKNOWN } from "../../simulator/engine/values";
import { withChange, withResource } from "../support/changePlan";
import { environmentPlan } from "../support/plans";

/** The paths to all values in a value, lists by their first two entries. */
function pathsIn(value: unknown, path: readonly string[] = []): string[][] {
  if (value instanceof Secret) return pathsIn(value.value, path);
  const entries = Array.isArray(value) ? value.slice(0, 2).map((inner, index): [string, unknown] => [String(index), inner]) : isRecord(value) ? Object.entries(value) : [];
  return entries.flatMap(([key, inner]) => (key.includes(".") ? [] : [[...path, key], ...pathsIn(inner, [...path, key])]));
}

/** Kinds of which one is enough: the others are of the same components. */
const looked = [
  ...["core/v1:Namespace", "core/v1:Service", "apps/v1:Deployment", "networking.k8s.io/v1:NetworkPolicy", "cert-manager.io/v1:Certificate"].map((type) => `kubernetes:${type}`),
  ...["networking.istio.io/v1:Gateway", "networking.istio.io/v1:VirtualService", "security.istio.io/v1:PeerAuthentication", "security.istio.io/v1:RequestAuthentication"].map((type) => `kubernetes:${type}`),
  ...["frontdoor:Policy", "keyvault:Key", "storage:StorageAccount", "storage:BlobServiceProperties", "containerregistry:Registry"].map((type) => `azure-native:${type}`),
];

/** What of prod the objects of an app need of each other, so that one look at it is short. */
function small(plan: Plan): Plan {
  const inApp = ({ inputs, name }: RecordedResource): boolean => {
    const { metadata, namespace } = inputs;
    const place = isRecord(metadata) ? (metadata["namespace"] ?? metadata["name"]) : namespace;
    return ["echo", "istio-ingress", "istio-system"].includes(String(place)) || name.startsWith("keys");
  };
  return { ...plan, resources: plan.resources.filter((resource) => !resource.custom || [...looked.slice(-5), "azure-native:network:PrivateEndpoint"].includes(resource.type) || inApp(resource)) };
}

describe("a value that is not known yet", function () {
  this.timeout(60_000);
  let plan: Plan;
  before(async () => {
    plan = small(await environmentPlan("prod", "up"));
  });
  const errorsOf = (changed: Plan): string[] => findingsOf(changed, { environment: "prod" }).flatMap(({ policy, level, urn }) => (level === "error" ? [`${policy} at ${urn.split("::").at(-1)}`] : []));

  it("is no error, wherever it is in an object that is right", () => {
    const known = errorsOf(plan);
    const wrong = looked.flatMap((type) => {
      const resource = plan.resources.find((candidate) => candidate.type === type);
      assert.ok(resource, type);
      return pathsIn(resource.inputs).flatMap((path) => errorsOf(withChange(plan, { urn: resource.urn }, path.join("."), UNKNOWN)).filter((error) => !known.includes(error)).map((error) => `${type} ${path.join(".")}: ${error}`));
    });
    assert.deepEqual(wrong, []);
  });

  it("is no error in what the values of one object are compared with", () => {
    const echo = { type: "kubernetes:networking.istio.io/v1:VirtualService", name: "echo-hosts" };
    const routed = withChange(plan, echo, "spec.http.0.route.0.destination.subset", "v1");
    const rule = (spec: Properties): Plan => ({ ...routed, resources: [...routed.resources, { urn: "urn:pulumi:prod::test::kubernetes:networking.istio.io/v1:DestinationRule::rule", type: "kubernetes:networking.istio.io/v1:DestinationRule", name: "rule", custom: true, inputs: { metadata: { name: "rule", namespace: "echo" }, spec }, outputs: {} }] });
    const host = "echo.echo.svc.cluster.local";
    assert.deepEqual(errorsOf(rule({ host, subsets: [] })), ["virtual-service-subset-unknown at echo-hosts"]);
    for (const spec of [{ host: UNKNOWN, subsets: [] }, { host, subsets: UNKNOWN }, { host, subsets: [UNKNOWN] }, { host, subsets: [{ name: UNKNOWN, labels: {} }] }]) assert.deepEqual(errorsOf(rule(spec)), []);
  });

  it("is no error where the namespace of a whole mesh, or of all that is in one, is not known", () => {
    const istiod = { type: "kubernetes:helm.sh/v3:Release", name: "istio-istiod" };
    assert.deepEqual(errorsOf(withChange(plan, istiod, "values.meshConfig.rootNamespace", UNKNOWN)), []);
    assert.deepEqual(errorsOf(withChange(plan, istiod, "namespace", UNKNOWN)), []);
    const elsewhere = (resource: RecordedResource): RecordedResource => ({ ...resource, inputs: { ...resource.inputs, metadata: { name: "elsewhere", namespace: UNKNOWN } }, outputs: {} });
    const moved = [{ type: "kubernetes:networking.istio.io/v1:VirtualService", name: "echo-hosts" }, { type: "kubernetes:core/v1:Service", name: "echo-service" }];
    for (const target of moved) assert.deepEqual(errorsOf(withResource(plan, target, elsewhere)), []);
  });
});
