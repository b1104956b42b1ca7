import assert from "node:assert/strict";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { changedPlan, environmentPlan, environments } from "../support/plans";
import { all, reachable, the } from "../support/record";

/** A resource by its type and, where there are several of the type, its name; or all whose names have a form that holds in every environment. */
type Which = readonly [type: string, name?: string | RegExp];

const cluster: Which = ["azure-native:containerservice:ManagedCluster"];
const gatewayService: Which = ["kubernetes:core/v1:Service", "ingress-service"];
const origin: Which = ["azure-native:cdn:AFDOrigin"];
const approval: Which = ["pulumi-nodejs:dynamic/deliveryPlatform:PrivateLinkApproval"];
const certificate: Which = ["kubernetes:cert-manager.io/v1:Certificate"];
const route: Which = ["azure-native:cdn:Route", /^hosts-echo\..+-route$/];
const signInRoute: Which = ["azure-native:cdn:Route", /^hosts-private\..+-route$/];
const policy = "kubernetes:security.istio.io/v1:AuthorizationPolicy";
const group: Which = ["azure-native:resources:ResourceGroup", "group"];
const networkGroup: Which = ["azure-native:resources:ResourceGroup", "network-group"];
const release = (name: string): Which => ["kubernetes:helm.sh/v3:Release", name];

/**
 * Each later thing is made after the earlier and, on a destroy, deleted before it: there is a chain of dependencies. Parents count for
 * neither, since a parent makes its children wait but a destroy goes by dependencies.
 */
const mustFollow: readonly (readonly [later: Which, earlier: Which, why: string])[] = [
  [["time:index/sleep:Sleep", "keys-registry-grants-spread"], ["azure-native:authorization:RoleAssignment", "keys-registry-grants-key"], "the wait follows its grant"],
  [["azure-native:containerregistry:Registry", "registry"], ["time:index/sleep:Sleep", "keys-registry-grants-spread"], "a registry is encrypted at its creation"],
  [["azure-native:storage:StorageAccount", "storage"], ["time:index/sleep:Sleep", "keys-storage-grants-spread"], "an account is encrypted at its creation"],
  [["azure-native:storage:StorageAccount", "kayenta-storage"], ["time:index/sleep:Sleep", "keys-storage-grants-spread"], "an account is encrypted at its creation"],
  [["azure-native:compute:DiskEncryptionSet"], ["time:index/sleep:Sleep", "keys-disks-grants-spread"], "the set's identity must read the key"],
  [cluster, ["azure-native:compute:DiskEncryptionSet"], "its disks are encrypted from the first"],
  [cluster, ["time:index/sleep:Sleep", "aks-identities-cluster-spread"], "the cluster uses its identity's grants while it is made"],
  [cluster, ["time:index/sleep:Sleep", "aks-identities-kubelet-spread"], "the nodes pull from the registry as soon as they run"],
  [["pulumi:providers:kubernetes"], cluster, "no object without a cluster"],
  [["pulumi:providers:kubernetes"], ["time:index/sleep:Sleep", /^aks-deployer-.+-spread$/], "the owner of a cluster has no right inside it"],
  [release("istio-istiod"), release("istio-base"), "definitions come before the control plane"],
  [release("ingress-proxy"), release("istio-istiod"), "the gateway's image is injected by the control plane"],
  [gatewayService, release("ingress-proxy"), "Pulumi waits for the Service's endpoints"],
  [["kubernetes:security.istio.io/v1:PeerAuthentication", "mesh-security-strict"], release("istio-istiod"), "a policy is checked by the control plane's webhook"],
  [["kubernetes:apps/v1:Deployment", "echo-server"], release("istio-istiod"), "a pod made before the webhook has no sidecar"],
  [origin, gatewayService, "the private link service is made with the Service"],
  [approval, origin, "the origin asks for the connection that is approved"],
  [route, origin, "Azure refuses a route without an origin, and to delete the last origin under a route"],
  [route, approval, "no request before the connection is up"],
  [route, certificate, "no request before the gateway can speak TLS"],
  [signInRoute, [policy, /^sign-in-private\..+-check$/], "a host with a sign-in opens behind it, also when an update stops half-way"],
  [signInRoute, [policy, /^sign-in-private\..+-unchecked$/], "a host with a sign-in opens behind it"],
  [signInRoute, [policy, "echo-sign-in-required"], "the app behind a sign-in asks for its proof from the first request"],
  [signInRoute, ["kubernetes:security.istio.io/v1:RequestAuthentication", "echo-sign-in-tokens"], "the app behind a sign-in can check its proof"],
  [certificate, release("certificates-cert-manager"), "cert-manager brings the definition and issues it"],
  [certificate, ["time:index/sleep:Sleep", "certificates-grants-spread"], "an order whose proof can't be written fails, and the next is an hour later"],
  [["azure-native:dns:RecordSet", /^hosts-echo\..+-alias$/], route, "a name must not lead to a host without a route"],
  [["azure-native:network:Subnet", "network-privateLink"], networkGroup, "a resource group goes last"],
  [["azure-native:keyvault:Vault"], group, "a resource group goes last"],
  [cluster, group, "a resource group goes last"],
];

/** None of these waits for the other: what needs a thing not must not stand behind it. */
const mustNotFollow: readonly (readonly [Which, Which, string])[] = [
  [["azure-native:containerregistry:Registry", "registry"], cluster, "images can be pushed while the cluster is made"],
  [["azure-native:storage:StorageAccount", "storage"], cluster, "storage needs no cluster"],
  [["azure-native:keyvault:Vault"], cluster, "the vault comes first"],
  [["azure-native:cdn:Profile"], cluster, "Front Door's own parts need no cluster"],
  [["azure-native:frontdoor:Policy"], cluster, "Front Door's own parts need no cluster"],
  [["azure-native:cdn:AFDCustomDomain", /^hosts-echo\..+-domain$/], cluster, "a domain's ownership is proven meanwhile"],
  [["azure-native:storage:StorageAccount", "storage"], ["azure-native:containerregistry:Registry", "registry"], "they only share a vault"],
  [release("istio-cni"), release("istio-base"), "the node agent uses no definition"],
  [gatewayService, ["kubernetes:apps/v1:Deployment", "echo-server"], "the way in does not wait for an app"],
  [certificate, gatewayService, "a certificate is issued while the load balancer is made"],
  [route, [policy, /^sign-in-private\..+-check$/], "an open host waits for no sign-in"],
  [origin, certificate, "a connection is approved while the certificate is issued"],
  [release("certificates-cert-manager"), release("istio-istiod"), "cert-manager is no part of the mesh"],
];

function find(plan: Plan, [type, name]: Which): RecordedResource[] {
  if (!(name instanceof RegExp)) return [the(plan, type, name)];
  const found = all(plan, type).filter((resource) => name.test(resource.name));
  assert.notEqual(found.length, 0, `no ${type} has a name like ${name.source}`);
  return found;
}

const words = ([type, name]: Which): string => (name instanceof RegExp ? name.source : name) ?? type.split(":").slice(-1).join();

describe("the order of the platform", () => {
  for (const environment of environments) {
    for (const [later, earlier, why] of mustFollow) {
      it(`makes ${words(later)} of ${environment} after ${words(earlier)} and deletes it before: ${why}`, async () => {
        const plan = await environmentPlan(environment, "up");
        for (const one of find(plan, later)) assert.deepEqual(find(plan, earlier).filter(({ urn }) => !reachable(plan, one).has(urn)), []);
      });
    }

    for (const [one, other, why] of mustNotFollow) {
      it(`makes ${words(one)} of ${environment} without ${words(other)}: ${why}`, async () => {
        const plan = await environmentPlan(environment, "up");
        for (const made of find(plan, one)) assert.deepEqual(find(plan, other).filter(({ urn }) => reachable(plan, made).has(urn)), []);
      });
    }
  }

  it("reaches a private API server over the runner's peering and zones from the first object to the last", async () => {
    const plan = await environmentPlan("prod", "up");
    const needed = reachable(plan, the(plan, "pulumi:providers:kubernetes"));
    const way = plan.resources.filter(({ custom, urn }) => custom && urn.includes(":RunnerPeering$"));
    assert.ok(way.length > 2);
    assert.deepEqual(way.filter(({ urn }) => !needed.has(urn)).map(({ name }) => name), []);
  });

  it("has the registry reached in the network, and ready to cache every image, before the first pod that pulls through it", async () => {
    const plan = await environmentPlan("staging", "up");
    const rules = all(plan, "azure-native:containerregistry:CacheRule").map(({ urn }) => urn);
    assert.ok(rules.length > 2);
    const needed = [...rules, the(plan, "azure-native:network:PrivateDnsZoneGroup", "registry-endpoint-zone").urn];
    const pulling = [...all(plan, "kubernetes:helm.sh/v3:Release"), ...all(plan, "kubernetes:apps/v1:Deployment")];
    assert.deepEqual(pulling.filter((one) => needed.some((urn) => !reachable(plan, one).has(urn))).map(({ name }) => name), []);
  });

  it("opens Kayenta's host after its sign-in, and the way to Kayenta after both its rules", async () => {
    const host = "kayenta.dev.example.com";
    const plan = await changedPlan("dev", "up", (config: { hosts?: object; kayenta?: object }) => {
      config.hosts = { ...config.hosts, [host]: { signIn: true } };
      config.kayenta = { host };
    });
    const opening = [the(plan, "azure-native:cdn:Route", `hosts-${host}-route`), the(plan, "kubernetes:networking.istio.io/v1:VirtualService", "kayenta-host"), the(plan, policy, "kayenta-from-outside-mesh")];
    for (const one of opening) assert.ok(reachable(plan, one).has(the(plan, policy, `sign-in-${host}-check`).urn), one.name);
    for (const one of opening.slice(1)) {
      assert.ok(reachable(plan, one).has(the(plan, policy, "kayenta-sign-in-required").urn), one.name);
      assert.ok(reachable(plan, one).has(the(plan, "kubernetes:security.istio.io/v1:RequestAuthentication", "kayenta-sign-in-tokens").urn), one.name);
    }
  });

  it("lets everything inside the cluster go with it, but for the gateway's Service and namespace", async () => {
    const plan = await environmentPlan("dev", "up");
    const clusterUrn = the(plan, cluster[0]).urn;
    const alone = plan.resources.filter(({ type, deletedWith }) => type.startsWith("kubernetes:") && deletedWith !== clusterUrn);
    assert.deepEqual(alone.map(({ name }) => name).sort(), ["ingress-namespace", "ingress-service"]);
  });

  it("keeps everything in Azure inside its resource groups until it is gone", async () => {
    const plan = await environmentPlan("prod", "up");
    const groups = all(plan, "azure-native:resources:ResourceGroup").map(({ urn }) => urn);
    const outside = plan.resources.filter((resource) => resource.type.startsWith("azure-native:") && !groups.includes(resource.urn) && groups.some((urn) => !reachable(plan, resource).has(urn)));
    assert.deepEqual(outside.map(({ name }) => name), []);
  });
});
