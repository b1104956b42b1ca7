import * as assert from "node:assert/strict";
import * as random from "@pulumi/random";
import { IngressGateway, IngressGatewayArgs } from "../../components/mesh/ingressGateway";
import { Istio } from "../../components/mesh/istio";
import { ArgumentError } from "../../components/shared/errors";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { testContext } from "../support/azure";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { inputs, reachable, record, RecordOptions, testSubscription, the } from "../support/record";

const frontDoorId = "0f1e2d3c-4b5a-4968-8776-655443322110";
const release = "kubernetes:helm.sh/v3:Release";
const service = "kubernetes:core/v1:Service";
const gatewayPods = { app: "istio-ingress", istio: "ingress" };

function startGateway(change: Partial<IngressGatewayArgs>): IngressGateway {
  const cluster = testCluster();
  return new IngressGateway("gateway", {
    context: testContext(),
    cluster,
    istio: new Istio("istio", { cluster, images: {} }),
    privateLink: { resourceGroupName: "rg-acme-dev", subnetName: "snet-private-link", natIpCount: 2 },
    loadBalancerSubnetName: "snet-nodes",
    frontDoorId,
    domain: "dev.example.com",
    originHostName: "ingress.dev.example.com",
    hosts: ["echo.dev.example.com"],
    ...change,
  });
}

const gateway = (change: Partial<IngressGatewayArgs> = {}, options?: RecordOptions): Promise<Plan> => record(() => startGateway(change), options);

const spec = (resource: RecordedResource): unknown => inputs(resource)["spec"];

describe("IngressGateway", () => {
  it("runs the chart without its Service, twice at least, on the ingress pool, as pods that pass `restricted`", async () => {
    const plan = await gateway();
    const { name, namespace, chart, version, values } = inputs(the(plan, release, "gateway-proxy"));
    assert.deepEqual([name, namespace, chart, version], ["istio-ingress", "istio-ingress", "oci://ghcr.io/istio/release/charts/gateway", "1.31.1"]);
    const labelSelector = { matchLabels: gatewayPods };
    assert.deepEqual(values, {
      service: { type: "None" },
      autoscaling: { minReplicas: 2, maxReplicas: 5 },
      podDisruptionBudget: { minAvailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" },
      securityContext: { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }], seccompProfile: { type: "RuntimeDefault" } },
      nodeSelector: { "delivery-platform/pool": "ingress" },
      tolerations: [{ key: "delivery-platform/pool", operator: "Equal", value: "ingress", effect: "NoSchedule" }],
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway", labelSelector },
        { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway", labelSelector },
      ],
    });
    assert.deepEqual(inputs(the(plan, "kubernetes:core/v1:Namespace", "gateway-namespace"))["metadata"], {
      name: "istio-ingress",
      labels: { "pod-security.kubernetes.io/enforce": "restricted", "istio-injection": "enabled" },
    });
  });

  it("has a Service of its own that gets an internal load balancer and a private link service of a fixed name", async () => {
    const { metadata, spec: wanted } = inputs(the(await gateway(), service));
    const probe = (port: number): Record<string, string> => ({
      [`service.beta.kubernetes.io/port_${port}_health-probe_protocol`]: "http",
      [`service.beta.kubernetes.io/port_${port}_health-probe_port`]: "15021",
      [`service.beta.kubernetes.io/port_${port}_health-probe_request-path`]: "/healthz/ready",
    });
    assert.deepEqual(metadata, {
      name: "istio-ingress",
      namespace: "istio-ingress",
      labels: gatewayPods,
      annotations: {
        "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
        "service.beta.kubernetes.io/azure-load-balancer-internal-subnet": "snet-nodes",
        "service.beta.kubernetes.io/azure-pls-create": "true",
        "service.beta.kubernetes.io/azure-pls-name": "pls-acme-dev-ingress",
        "service.beta.kubernetes.io/azure-pls-resource-group": "rg-acme-dev",
        "service.beta.kubernetes.io/azure-pls-ip-configuration-subnet": "snet-private-link",
        "service.beta.kubernetes.io/azure-pls-ip-configuration-ip-address-count": "2",
        "service.beta.kubernetes.io/azure-pls-proxy-protocol": "false",
        ...probe(443),
        "service.beta.kubernetes.io/port_15021_no_lb_rule": "true",
      },
    });
    assert.deepEqual(wanted, {
      type: "LoadBalancer",
      selector: gatewayPods,
      ports: [
        { name: "status-port", port: 15021, targetPort: 15021, protocol: "TCP" },
        { name: "https", port: 443, targetPort: 443, protocol: "TCP" },
      ],
    });
  });

  it("selects by the labels that the chart declares for its pods", async () => {
    const plan = await gateway();
    const declared = the(plan, "delivery-platform:shared:HelmRelease", "gateway-proxy").outputs["declares"];
    assert.deepEqual(declared, {
      services: {},
      workloads: { "istio-ingress": { kind: "Deployment", podLabels: gatewayPods, serviceAccount: "istio-ingress" } },
    });
  });

  it("takes its time with the Service and never has two of it", async () => {
    const made = the(await gateway(), service);
    assert.equal(made.deleteBeforeReplace, true);
    assert.deepEqual(made.customTimeouts, { create: "30m", update: "30m", delete: "30m" });
  });

  it("deletes Service and namespace on every destroy, and leaves the rest to the cluster's deletion", async () => {
    assert.deepEqual(deletedByItself(await gateway()), ["gateway-namespace", "gateway-service"]);
  });

  it("takes the domain's hosts by HTTPS alone, with the certificate that it names", async () => {
    const made = the(await gateway(), "kubernetes:networking.istio.io/v1:Gateway");
    assert.deepEqual(inputs(made)["metadata"], { name: "front-door", namespace: "istio-ingress" });
    assert.deepEqual(spec(made), {
      selector: gatewayPods,
      servers: [
        {
          port: { number: 443, name: "https", protocol: "HTTPS" },
          hosts: ["*.dev.example.com"],
          tls: { mode: "SIMPLE", credentialName: "front-door-certificate", minProtocolVersion: "TLSV1_2" },
        },
      ],
    });
  });

  it("has nothing that the embedded cloud refuses", async () => {
    assert.deepEqual((await gateway()).findings, []);
  });

  it("answers the probe from its own status port, on the origin's host and on each app's", async () => {
    const made = the(await gateway(), "kubernetes:networking.istio.io/v1:VirtualService");
    assert.deepEqual(inputs(made)["metadata"], { name: "probe", namespace: "istio-ingress" });
    assert.deepEqual(spec(made), {
      hosts: ["ingress.dev.example.com", "echo.dev.example.com"],
      gateways: ["istio-ingress/front-door"],
      http: [
        {
          name: "probe",
          match: [{ uri: { exact: "/probe" }, method: { exact: "GET" } }],
          rewrite: { uri: "/healthz/ready" },
          route: [{ destination: { host: "istio-ingress.istio-ingress.svc.cluster.local", port: { number: 15021 } } }],
        },
      ],
    });
  });

  it("refuses what does not come through this Front Door, on its HTTP ports, but for the probe by GET", async () => {
    const made = the(await gateway(), "kubernetes:security.istio.io/v1:AuthorizationPolicy", "gateway-front-door-only");
    assert.deepEqual(inputs(made)["metadata"], { name: "front-door-only", namespace: "istio-ingress" });
    assert.deepEqual(spec(made), {
      selector: { matchLabels: gatewayPods },
      action: "DENY",
      rules: [
        {
          to: [{ operation: { ports: ["443"], notPaths: ["/probe"] } }, { operation: { ports: ["443"], paths: ["/probe"], notMethods: ["GET"] } }],
          when: [{ key: "request.headers[x-azure-fdid]", notValues: [frontDoorId] }],
        },
      ],
    });
  });

  it("allows the apps' hosts, and of Front Door's own host the probe alone", async () => {
    const made = the(await gateway(), "kubernetes:security.istio.io/v1:AuthorizationPolicy", "gateway-hosts");
    const ports = ["443"];
    assert.deepEqual(spec(made), {
      selector: { matchLabels: gatewayPods },
      action: "ALLOW",
      rules: [
        { to: [{ operation: { ports, hosts: ["echo.dev.example.com", "echo.dev.example.com:*"] } }] },
        { to: [{ operation: { ports, hosts: ["ingress.dev.example.com", "ingress.dev.example.com:*"], methods: ["GET"], paths: ["/probe"] } }] },
      ],
    });
  });

  it("allows nothing but the probe where there is no app", async () => {
    const { rules } = spec(the(await gateway({ hosts: [] }), "kubernetes:security.istio.io/v1:AuthorizationPolicy", "gateway-hosts")) as { rules: unknown[] };
    assert.equal(rules.length, 1);
  });

  it("is open on its ports to whatever comes over a node, and reaches its own status port for the probe", async () => {
    const plan = await gateway();
    const policy = the(plan, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "gateway-callers");
    const tcp = (port: number): object => ({ protocol: "TCP", port });
    assert.deepEqual(spec(policy), {
      podSelector: { matchLabels: gatewayPods },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ ports: [tcp(443), tcp(15021)] }],
      egress: [{ to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "istio-ingress" } }, podSelector: { matchLabels: gatewayPods } }], ports: [tcp(15021)] }],
    });
    assert.ok(reachable(plan, policy).has(the(plan, "kubernetes:core/v1:Namespace", "gateway-namespace").urn));
  });

  it("has the Service wait for the pods, and them and Istio's objects for istiod", async () => {
    const plan = await gateway();
    const proxy = the(plan, release, "gateway-proxy");
    const istiod = the(plan, release, "istio-istiod");
    assert.ok(reachable(plan, the(plan, service)).has(proxy.urn));
    const objects = plan.resources.filter(({ type }) => type.includes(".istio.io/"));
    assert.equal(objects.length, 4);
    for (const waiting of [proxy, ...objects]) assert.ok(reachable(plan, waiting).has(istiod.urn), waiting.name);
    // The rules are not held up by a load balancer that takes minutes, nor the load balancer by Front Door.
    for (const early of objects) assert.ok(!reachable(plan, early).has(the(plan, service).urn), early.name);
  });

  it("lets only the header's rule wait for Front Door", async () => {
    const plan = await record(() => startGateway({ frontDoorId: new random.RandomUuid("front-door").result }));
    const waiting = plan.resources.filter((resource) => reachable(plan, resource).has(the(plan, "random:index/randomUuid:RandomUuid").urn));
    assert.deepEqual(waiting.map(({ name }) => name), ["gateway-front-door-only"]);
  });

  it("knows the private link service's id and the gateway's name before anything is made", async () => {
    const { privateLinkServiceId, gateway: gatewayName } = the(await gateway({}, { mode: "preview" }), "delivery-platform:mesh:IngressGateway").outputs;
    assert.equal(privateLinkServiceId, `/subscriptions/${testSubscription}/resourceGroups/rg-acme-dev/providers/Microsoft.Network/privateLinkServices/pls-acme-dev-ingress`);
    assert.equal(gatewayName, "istio-ingress/front-door");
  });

  it("has the Service's uid as its generation", async () => {
    const { serviceUid } = the(await gateway(), "delivery-platform:mesh:IngressGateway").outputs;
    assert.match(String(serviceUid), /^[0-9a-f-]{36}$/);
  });

  const refused: [string, Partial<IngressGatewayArgs>, string][] = [
    ["no address", { privateLink: { resourceGroupName: "rg", subnetName: "snet", natIpCount: 0 } }, "privateLink.natIpCount"],
    ["nine addresses", { privateLink: { resourceGroupName: "rg", subnetName: "snet", natIpCount: 9 } }, "privateLink.natIpCount"],
    ["half an address", { privateLink: { resourceGroupName: "rg", subnetName: "snet", natIpCount: 1.5 } }, "privateLink.natIpCount"],
    ["an origin outside the domain", { originHostName: "ingress.example.com" }, "originHostName"],
    ["an app outside the domain", { hosts: ["dev.example.com"] }, "hosts.dev.example.com"],
    ["an origin that is an app", { originHostName: "echo.dev.example.com" }, "originHostName"],
  ];
  for (const [what, change, path] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(gateway(change), (error: unknown) => error instanceof ArgumentError && error.problems.length === 1 && error.problems[0]?.path === path);
    });
  }
});
