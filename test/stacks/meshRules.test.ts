import * as assert from "node:assert/strict";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { AccessObject, objectsOf, Operation, Workload, workloadsOf } from "../support/meshAccess";
import { environmentPlan, environments } from "../support/plans";
import { inputs } from "../support/record";
import { calledInCluster, isInCluster, Setting, settingsIn } from "../support/settings";

/*
 * What is wrong, in silence, with objects that Istio and Kubernetes accept. Each check is shown an object that it must find.
 */

interface Check {
  readonly id: string;
  /** Why it matters. */
  readonly because: string;
  /** The objects that are wrong, by name. */
  readonly find: (plan: Plan) => string[];
  /** An object that is wrong in this way. */
  readonly example: Record<string, unknown>;
}

const rootNamespace = "istio-system";
const isPlain = (port: string): boolean => /^(tcp|redis|mongo|mysql)(-|$)/.test(port);
const nameOf = ({ kind, metadata }: AccessObject): string => `${kind} ${metadata.namespace}/${metadata.name}`;
const names = (objects: readonly AccessObject[]): string[] => objects.map(nameOf);

const policies = (plan: Plan): AccessObject[] => objectsOf(plan, "AuthorizationPolicy");
const operations = ({ spec }: AccessObject): Operation[] => (spec.rules ?? []).flatMap(({ to = [] }) => to.map(({ operation }) => operation));
const asksHttp = ({ ports: _, ...http }: Operation): boolean => Object.keys(http).length > 0;

/** The pods that an object is for. */
function selected(plan: Plan, { metadata, spec }: AccessObject): Workload[] {
  const labels = Object.entries((spec.selector ?? spec.podSelector)?.matchLabels ?? {});
  return workloadsOf(plan).filter((pods) => pods.namespace === metadata.namespace && labels.every(([key, value]) => pods.labels[key] === value));
}

/** The tls blocks of a DestinationRule, at every level. */
function tlsOf(value: unknown): { mode?: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "tls" ? [inner as { mode?: string }] : tlsOf(inner)));
}

/** The objects and releases that have a setting, at whatever depth. */
function having(plan: Plan, isWrong: (setting: Setting, name: string) => boolean): string[] {
  return plan.resources.filter(isInCluster).filter((resource) => settingsIn(inputs(resource)).some((setting) => isWrong(setting, calledInCluster(resource)))).map(calledInCluster);
}

/** The one way past its proxy that a pod has: Prometheus reads pods by their addresses, which the mesh doesn't know as hosts. */
const pastProxy = { of: "Release prometheus/prometheus", key: "traffic.sidecar.istio.io/includeOutboundIPRanges" };

/** What takes a pod, a port or a range of addresses out of the mesh: annotations and labels of pods, and the values of istiod's chart. */
const leavesMesh = ({ key, value }: Setting): boolean =>
  /^traffic\.sidecar\.istio\.io\/|^(in|ex)clude(Inbound|Outbound|IPRanges)|^(neverInjectSelector|sidecar\.istio\.io\/interceptionMode)$/.test(key) || (key === "sidecar.istio.io/inject" && String(value) !== "true");

const podWith = (annotations: Record<string, string>): Record<string, unknown> => ({ kind: "Deployment", metadata: { name: "example", namespace: "echo" }, spec: { template: { metadata: { annotations } } } });
const destinationRule = (spec: object): Record<string, unknown> => ({ kind: "DestinationRule", metadata: { name: "example", namespace: "echo" }, spec });
const policy = (spec: object): Record<string, unknown> => ({ kind: "AuthorizationPolicy", metadata: { name: "example", namespace: "echo" }, spec: { selector: { matchLabels: { app: "echo" } }, ...spec } });
const redis = { matchLabels: { "app.kubernetes.io/instance": "oauth2-proxy-redis" } };

const checks: readonly Check[] = [
  {
    id: "no DestinationRule is for the whole mesh or a namespace",
    because: "it would also be for hosts without a certificate: the gateway's status port, Prometheus, webhooks",
    find: (plan) => names((objectsOf(plan, "DestinationRule") as (AccessObject & { spec: { host: string } })[]).filter(({ spec }) => spec.host.includes("*"))),
    example: destinationRule({ host: "*.echo.svc.cluster.local" }),
  },
  {
    id: "every tls block of a DestinationRule for a host of the mesh says ISTIO_MUTUAL",
    because: "a block without a mode switches TLS off, and STRICT then answers 503",
    find: (plan) =>
      names(
        (objectsOf(plan, "DestinationRule") as (AccessObject & { spec: { host: string } })[]).filter(
          ({ spec }) => spec.host.endsWith(".svc.cluster.local") && tlsOf(spec).some(({ mode }) => mode !== "ISTIO_MUTUAL"),
        ),
      ),
    example: destinationRule({ host: "echo.echo.svc.cluster.local", subsets: [{ name: "v1", trafficPolicy: { tls: {} } }] }),
  },
  {
    id: "no policy asks about HTTP on a port that speaks none",
    because: "there an ALLOW never matches and a DENY always does",
    find: (plan) =>
      names(
        policies(plan).filter((object) =>
          operations(object)
            .filter(asksHttp)
            .some(({ ports = [] }) => selected(plan, object).some((pods) => Object.entries(pods.ports).some(([name, port]) => isPlain(name) && ports.includes(String(port))))),
        ),
      ),
    example: {
      kind: "AuthorizationPolicy",
      metadata: { name: "example", namespace: "oauth2-proxy" },
      spec: { selector: redis, action: "ALLOW", rules: [{ to: [{ operation: { ports: ["6379"], methods: ["GET"] } }] }] },
    },
  },
  {
    id: "every policy that refuses or hands on requests says on which ports, where its pods have one that speaks no HTTP",
    because: "without them it also refuses every plain TCP connection to the pods",
    find: (plan) =>
      names(
        policies(plan).filter(
          (object) =>
            ["DENY", "CUSTOM"].includes(object.spec.action ?? "") &&
            (operations(object).length === 0 || operations(object).some(({ ports = [] }) => ports.length === 0)) &&
            selected(plan, object).some((pods) => Object.keys(pods.ports).some(isPlain)),
        ),
      ),
    example: {
      kind: "AuthorizationPolicy",
      metadata: { name: "example", namespace: "oauth2-proxy" },
      spec: { selector: redis, action: "DENY", rules: [{ when: [{ key: "request.headers[x-azure-fdid]", notValues: ["x"] }] }] },
    },
  },
  {
    id: "every policy counts by ports of the container",
    because: "a Service's port is translated before the policy is asked, so that a rule with it matches nothing",
    find: (plan) =>
      names(
        policies(plan).filter((object) =>
          operations(object).some(({ ports = [] }) => ports.some((port) => !selected(plan, object).some((pods) => Object.values(pods.ports).includes(Number(port))))),
        ),
      ),
    example: policy({ action: "ALLOW", rules: [{ to: [{ operation: { ports: ["80"] } }] }] }),
  },
  {
    id: "every policy is for pods that there are",
    because: "one whose labels are wrong is in force for nobody",
    find: (plan) =>
      names([...policies(plan), ...objectsOf(plan, "NetworkPolicy", "PeerAuthentication", "RequestAuthentication")].filter((object) => object.metadata.namespace !== rootNamespace && selected(plan, object).length === 0)),
    example: { kind: "RequestAuthentication", metadata: { name: "example", namespace: "istio-ingress" }, spec: { selector: { matchLabels: { istio: "ingressgateway" } } } },
  },
  {
    id: "every policy that allows names who may, but for the gateway's own",
    because: "a caller without a name may be anyone in the mesh",
    find: (plan) =>
      names(
        policies(plan).filter(
          ({ metadata, spec }) => (spec.action ?? "ALLOW") === "ALLOW" && metadata.namespace !== "istio-ingress" && (spec.rules ?? []).some(({ from }) => !from?.every(({ source }) => (source.principals ?? []).length > 0)),
        ),
      ),
    example: policy({ action: "ALLOW", rules: [{ to: [{ operation: { ports: ["8080"] } }] }] }),
  },
  {
    id: "every principal is a service account of pods that there are",
    because: "a policy that names another allows nobody",
    find: (plan) => {
      const known = workloadsOf(plan).map(({ namespace, serviceAccount }) => `cluster.local/ns/${namespace}/sa/${serviceAccount}`);
      return names(policies(plan).filter(({ spec }) => (spec.rules ?? []).some(({ from = [] }) => from.some(({ source }) => source.principals?.some((name) => !known.includes(name))))));
    },
    example: policy({ action: "ALLOW", rules: [{ from: [{ source: { principals: ["cluster.local/ns/istio-ingress/sa/default"] } }], to: [{ operation: { ports: ["8080"] } }] }] }),
  },
  {
    id: "there is one rule on certificates for the whole mesh, and at most one for a namespace",
    because: "Istio takes the oldest of several, and says nothing of the others",
    find: (plan) => {
      const wide = objectsOf(plan, "PeerAuthentication").filter(({ spec }) => spec.selector === undefined);
      const again = wide.filter(({ metadata }, index) => wide.findIndex((other) => other.metadata.namespace === metadata.namespace) < index);
      return [...names(again), ...(wide.some(({ metadata }) => metadata.namespace === rootNamespace) ? [] : ["none for the mesh"])];
    },
    example: { kind: "PeerAuthentication", metadata: { name: "example", namespace: rootNamespace }, spec: { mtls: { mode: "PERMISSIVE" } } },
  },
  {
    id: "nothing is in the root namespace but what denies",
    because: "an object there is for every pod of the mesh",
    find: (plan) => names(policies(plan).filter(({ metadata, spec }) => metadata.namespace === rootNamespace && Object.keys(spec).length > 0)),
    example: { kind: "AuthorizationPolicy", metadata: { name: "example", namespace: rootNamespace }, spec: { rules: [{}] } },
  },
  {
    id: "every namespace denies by default, both ways, and makes its pods keep to a level",
    because: "a namespace without a policy is open to all",
    find: (plan) => {
      const closed = objectsOf(plan, "NetworkPolicy").filter(({ spec }) => [spec.ingress, spec.egress].every((rules) => rules === undefined) && spec.policyTypes?.length === 2 && Object.keys(spec.podSelector ?? {}).length === 0);
      return objectsOf(plan, "Namespace")
        .filter(({ metadata }) => !closed.some((object) => object.metadata.namespace === metadata.name) || metadata.labels?.["pod-security.kubernetes.io/enforce"] === undefined)
        .map(({ metadata }) => `Namespace ${metadata.name}`);
    },
    example: { kind: "Namespace", metadata: { name: "example", labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
  },
  {
    id: "every allowance says why",
    because: "an exception that nobody can explain is never taken back",
    find: (plan) =>
      names(
        [...policies(plan).filter(({ spec }) => (spec.action ?? "ALLOW") === "ALLOW" && spec.rules !== undefined), ...objectsOf(plan, "NetworkPolicy")].filter(
          ({ metadata }) => (metadata.annotations?.["delivery-platform/reason"] ?? "").length < 10,
        ),
      ),
    example: policy({ action: "ALLOW", rules: [{ from: [{ source: { principals: ["cluster.local/ns/istio-ingress/sa/istio-ingress"] } }], to: [{ operation: { ports: ["8080"] } }] }] }),
  },
  {
    id: "the probes of every pod are answered by its proxy",
    because: "the kubelet has no certificate, so that the port of the app would refuse it",
    find: (plan) => having(plan, ({ key, value }) => /^(sidecar\.istio\.io\/rewriteAppHTTPProbers|rewriteAppHTTPProbe)$/.test(key) && String(value) !== "true"),
    example: podWith({ "sidecar.istio.io/rewriteAppHTTPProbers": "false" }),
  },
  {
    id: "nothing takes a pod, a port or a range out of the mesh, but for what Prometheus calls",
    because: "what goes past the proxy has no certificate, and no policy sees it",
    find: (plan) => having(plan, (setting, name) => leavesMesh(setting) && !(name === pastProxy.of && setting.key === pastProxy.key)),
    example: podWith({ "traffic.sidecar.istio.io/excludeInboundPorts": "8080" }),
  },
];

/** A plan with one more object. */
function withObject(plan: Plan, inputs: Record<string, unknown>): Plan {
  const [any] = plan.resources;
  assert.ok(any);
  const resource: RecordedResource = { ...any, type: `kubernetes:example/v1:${String(inputs["kind"])}`, name: "example", inputs };
  return { ...plan, resources: [...plan.resources, resource] };
}

describe("the rules of the mesh", () => {
  for (const environment of environments) {
    it(`are kept in ${environment}`, async () => {
      const plan = await environmentPlan(environment, "up");
      assert.deepEqual(checks.flatMap(({ id, find }) => find(plan).map((found) => `${id}: ${found}`)), []);
    });
  }

  for (const { id, because, find, example } of checks) {
    it(`see to it that ${id}: ${because}`, async () => {
      const { kind, metadata } = example as unknown as AccessObject;
      assert.deepEqual(find(withObject(await environmentPlan("dev", "up"), example)), [kind === "Namespace" ? "Namespace example" : nameOf({ kind, metadata, spec: {} })]);
    });
  }
});
