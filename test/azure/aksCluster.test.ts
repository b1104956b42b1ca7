import * as network from "@pulumi/azure-native/network";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import { parse } from "yaml";
import { AksCluster, AksClusterArgs } from "../../components/azure/aksCluster";
import { inCluster } from "../../components/shared/cluster";
import { ArgumentError } from "../../components/shared/errors";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { Secret } from "../../simulator/engine/values";
import { testContext, testGroup, testId, testWorkspace } from "../support/azure";
import { all, inputs, reachable, record, RecordOptions, testSubscription, testTenant, the } from "../support/record";

const context = testContext();
const subnetId = testId("Microsoft.Network/virtualNetworks/vnet-acme-dev/subnets/nodes");
const zoneId = testId("Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io");
const registryId = testId("Microsoft.ContainerRegistry/registries/cracmedev");
const diskEncryptionSetId = testId("Microsoft.Compute/diskEncryptionSets/des-acme-dev");
const clusterId = testId("Microsoft.ContainerService/managedClusters/aks-acme-dev");
const [alice, pipeline, admins] = ["aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002", "aaaaaaaa-0000-4000-8000-000000000003"];

const args: AksClusterArgs = {
  context,
  resourceGroupName: testGroup,
  network: { resourceGroupName: testGroup, subnetId },
  registryId,
  diskEncryptionSetId,
  tier: "Standard",
  kubernetesVersion: "1.36",
  apiServer: { access: "public", authorizedIpRanges: ["203.0.113.0/24"] },
  pools: {
    system: { name: "system", vmSize: "Standard_D4ds_v5", minCount: 2, maxCount: 4 },
    user: { name: "user", vmSize: "Standard_D8ds_v5", minCount: 1, maxCount: 6, maxPods: 200, taints: ["dedicated=apps:PreferNoSchedule"] },
    ingress: { name: "ingress", vmSize: "Standard_D2ds_v5", minCount: 2, maxCount: 3 },
  },
  zones: ["1", "2", "3"],
  upgrades: { channel: "patch", nodeOsChannel: "NodeImage", window: { day: "Sunday", start: "02:00", hours: 6 } },
  podCidr: "10.244.0.0/16",
  serviceCidr: "10.2.0.0/16",
  dnsServiceIp: "10.2.0.10",
  encryptionAtHost: true,
  access: { deployers: [alice, pipeline], adminGroups: [admins], kubelogin: "workloadidentity" },
  workspaceId: testWorkspace,
};

/** A cluster with one object inside. */
function make(change: Partial<AksClusterArgs> = {}, options?: RecordOptions): Promise<Plan> {
  return record(() => {
    const { target } = new AksCluster("aks", { ...args, ...change });
    new k8s.core.v1.Namespace("inside", { metadata: { name: "inside" } }, inCluster(pulumi.rootStackResource as pulumi.Resource, target));
  }, options);
}

const clusterOf = (plan: Plan): RecordedResource => the(plan, "azure-native:containerservice:ManagedCluster");
const grants = (plan: Plan): RecordedResource[] => all(plan, "azure-native:authorization:RoleAssignment");
const identity = (role: string): string => testId(`Microsoft.ManagedIdentity/userAssignedIdentities/id-acme-dev-${role}`);

describe("AksCluster", () => {
  let plan: Plan;
  let privatePlan: Plan;
  before(async () => {
    plan = await make();
    privatePlan = await make({ apiServer: { access: "private", zoneId } });
  });

  it("is registered with exactly these inputs", () => {
    const kubelet = the(plan, "azure-native:managedidentity:UserAssignedIdentity", "aks-identities-kubelet").outputs;
    assert.deepEqual(inputs(clusterOf(plan)), {
      resourceGroupName: testGroup,
      resourceName: "aks-acme-dev",
      location: "westeurope",
      tags: { environment: "dev" },
      sku: { name: "Base", tier: "Standard" },
      dnsPrefix: "aks-acme-dev",
      kubernetesVersion: "1.36",
      nodeResourceGroup: "rg-acme-dev-nodes",
      nodeResourceGroupProfile: { restrictionLevel: "ReadOnly" },
      identity: { type: "UserAssigned", userAssignedIdentities: [identity("cluster")] },
      identityProfile: { kubeletidentity: { resourceId: identity("kubelet"), clientId: kubelet["clientId"], objectId: kubelet["principalId"] } },
      enableRBAC: true,
      disableLocalAccounts: true,
      aadProfile: { managed: true, enableAzureRBAC: true, tenantID: testTenant, adminGroupObjectIDs: [admins] },
      oidcIssuerProfile: { enabled: true },
      securityProfile: {
        workloadIdentity: { enabled: true },
        imageCleaner: { enabled: true, intervalHours: 168 },
        defender: { logAnalyticsWorkspaceResourceId: testWorkspace, securityMonitoring: { enabled: true } },
      },
      addonProfiles: { azurepolicy: { enabled: true } },
      diskEncryptionSetID: diskEncryptionSetId,
      apiServerAccessProfile: { disableRunCommand: true, enablePrivateCluster: false, authorizedIPRanges: ["203.0.113.0/24"] },
      networkProfile: {
        networkPlugin: "azure",
        networkPluginMode: "overlay",
        networkDataplane: "cilium",
        networkPolicy: "cilium",
        outboundType: "loadBalancer",
        loadBalancerSku: "standard",
        // The SDK adds the two defaults.
        loadBalancerProfile: { backendPoolType: "NodeIPConfiguration", allocatedOutboundPorts: 0, idleTimeoutInMinutes: 30 },
        podCidr: "10.244.0.0/16",
        serviceCidr: "10.2.0.0/16",
        dnsServiceIP: "10.2.0.10",
      },
      autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
      agentPoolProfiles: [
        {
          name: "system",
          mode: "System",
          type: "VirtualMachineScaleSets",
          osType: "Linux",
          osSKU: "AzureLinux",
          vmSize: "Standard_D4ds_v5",
          enableAutoScaling: true,
          count: 2,
          minCount: 2,
          maxCount: 4,
          maxPods: 110,
          osDiskType: "Managed",
          osDiskSizeGB: 128,
          vnetSubnetID: subnetId,
          enableEncryptionAtHost: true,
          upgradeSettings: { maxSurge: "33%" },
          localDNSProfile: { mode: "Disabled" },
          tags: { environment: "dev" },
          availabilityZones: ["1", "2", "3"],
          nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"],
        },
      ],
    });
  });

  it("has a user and an ingress pool of their own, labelled and tainted", () => {
    const common = {
      resourceGroupName: testGroup,
      resourceName: "aks-acme-dev",
      mode: "User",
      type: "VirtualMachineScaleSets",
      osType: "Linux",
      osSKU: "AzureLinux",
      enableAutoScaling: true,
      osDiskType: "Managed",
      osDiskSizeGB: 128,
      vnetSubnetID: subnetId,
      enableEncryptionAtHost: true,
      upgradeSettings: { maxSurge: "33%" },
      localDNSProfile: { mode: "Disabled" },
      tags: { environment: "dev" },
      availabilityZones: ["1", "2", "3"],
    };
    const type = "azure-native:containerservice:AgentPool";
    assert.deepEqual(inputs(the(plan, type, "aks-user")), {
      ...common,
      agentPoolName: "user",
      vmSize: "Standard_D8ds_v5",
      count: 1,
      minCount: 1,
      maxCount: 6,
      maxPods: 200,
      nodeLabels: { "delivery-platform/pool": "user" },
      nodeTaints: ["dedicated=apps:PreferNoSchedule"],
    });
    assert.deepEqual(inputs(the(plan, type, "aks-ingress")), {
      ...common,
      agentPoolName: "ingress",
      vmSize: "Standard_D2ds_v5",
      count: 2,
      minCount: 2,
      maxCount: 3,
      maxPods: 110,
      nodeLabels: { "delivery-platform/pool": "ingress" },
      nodeTaints: ["delivery-platform/pool=ingress:NoSchedule"],
    });
    assert.equal(all(plan, type).length, 2);
  });

  it("names no zones where there are none", async () => {
    const zoneless = await make({ zones: [] });
    const [systemPool] = inputs(clusterOf(zoneless))["agentPoolProfiles"] as [object];
    assert.ok(!("availabilityZones" in systemPool));
    all(zoneless, "azure-native:containerservice:AgentPool").forEach((pool) => assert.ok(!("availabilityZones" in pool.inputs)));
  });

  it("may be reached only from the virtual network where the API server is private", () => {
    assert.deepEqual(inputs(clusterOf(privatePlan))["apiServerAccessProfile"], {
      disableRunCommand: true,
      enablePrivateCluster: true,
      enablePrivateClusterPublicFQDN: false,
      privateDNSZone: zoneId,
    });
  });

  it("takes the version that AKS recommends where none is given", async () => {
    assert.ok(!("kubernetesVersion" in clusterOf(await make({ kubernetesVersion: undefined })).inputs));
  });

  it("lets Azure upgrade in the window alone", async () => {
    const late = await make({ upgrades: { ...args.upgrades, window: { day: "Monday", start: "22:30", hours: 4, utcOffset: "+01:00" } } });
    const windows = all(late, "azure-native:containerservice:MaintenanceConfiguration").map(inputs);
    assert.deepEqual(
      windows,
      ["aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"].map((configName) => ({
        resourceGroupName: testGroup,
        resourceName: "aks-acme-dev",
        configName,
        maintenanceWindow: { schedule: { weekly: { dayOfWeek: "Monday", intervalWeeks: 1 } }, startTime: "22:30", durationHours: 4, utcOffset: "+01:00" },
      })),
    );
  });

  it("sends the logs of the control plane to the workspace", () => {
    const { resourceUri, workspaceId: sentTo, logs, logAnalyticsDestinationType } = inputs(the(plan, "azure-native:monitor:DiagnosticSetting"));
    assert.deepEqual([resourceUri, sentTo, logAnalyticsDestinationType], [clusterId, testWorkspace, "Dedicated"]);
    assert.deepEqual(
      (logs as { category: string }[]).map(({ category }) => category),
      ["kube-apiserver", "kube-audit-admin", "kube-controller-manager", "kube-scheduler", "cloud-controller-manager", "cluster-autoscaler", "guard"],
    );
  });

  describe("grants", () => {
    it("are the least that a private cluster needs, each on its own resource", () => {
      const role = (guid: string): string => `/subscriptions/${testSubscription}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
      const principal = (name: string): unknown => the(privatePlan, "azure-native:managedidentity:UserAssignedIdentity", `aks-identities-${name}`).outputs["principalId"];
      const rows = grants(privatePlan).map((grant) => {
        const { principalId, roleDefinitionId, scope } = inputs(grant);
        return [principalId, roleDefinitionId, scope].map(String);
      });
      const expected = [
        [principal("cluster"), role("4d97b98b-1d4f-4787-a291-c67834d212e7"), `/subscriptions/${testSubscription}/resourceGroups/${testGroup}`],
        [principal("cluster"), role("f1a07417-d97a-45cb-824c-7a7467783830"), identity("kubelet")],
        [principal("cluster"), role("acdd72a7-3385-48ef-bd42-f606fba81ae7"), diskEncryptionSetId],
        [principal("cluster"), role("b12aa53e-6015-4669-85d0-8515ebb3ae7f"), zoneId],
        [principal("kubelet"), role("7f951dda-4ed3-4680-a7ca-43fe172d538d"), registryId],
        [alice, role("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"), clusterId],
        [pipeline, role("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"), clusterId],
      ].map((row) => row.map(String));
      assert.deepEqual(rows.map(String).sort(), expected.map(String).sort());
    });

    it("leave out the zone where the API server is public", () => {
      assert.deepEqual(
        grants(plan).map(({ name }) => name).filter((name) => name.includes("zone")),
        [],
      );
    });

    it("of the cluster's identities come before the cluster, and the deployers' after it and before what is inside", () => {
      const cluster = clusterOf(plan);
      const inside = reachable(plan, the(plan, "kubernetes:core/v1:Namespace"));
      const beforeCluster = reachable(plan, cluster);
      const waits = all(plan, "time:index/sleep:Sleep");
      assert.equal(waits.length, 4);
      for (const resource of [...grants(plan), ...waits]) {
        const isDeployers = resource.name.startsWith("aks-deployer-");
        assert.equal(beforeCluster.has(resource.urn), !isDeployers, resource.name);
        assert.equal(reachable(plan, resource).has(cluster.urn), isDeployers, resource.name);
        assert.ok(inside.has(resource.urn), resource.name);
      }
      all(plan, "azure-native:containerservice:AgentPool").forEach((pool) => assert.ok(inside.has(pool.urn), pool.name));
    });
  });

  describe("what is inside", () => {
    const provider = (plan: Plan): RecordedResource => the(plan, "pulumi:providers:kubernetes");

    it("is reached with a kubeconfig that is secret all along", () => {
      const secret = provider(plan).inputs["kubeconfig"];
      assert.ok(secret instanceof Secret);
      const written = parse(String(secret.value)) as { clusters: [{ cluster: { server: string } }]; users: [{ user: { exec: { args: string[] } } }] };
      assert.match(written.clusters[0].cluster.server, /^https:\/\/aks-acme-dev-.*\.azmk8s\.io:443$/);
      assert.deepEqual(written.users[0].user.exec.args.slice(0, 3), ["get-token", "--login", "workloadidentity"]);
    });

    it("is not replaced by another pool size, tag, window or kubeconfig", async () => {
      const stable = ({ inputs: { kubeconfig, ...others } }: RecordedResource): unknown => others;
      const expected = { clusterIdentifier: clusterId, enableServerSideApply: "true", enableSecretMutable: "true", enableConfigMapMutable: "true" };
      const changes: Partial<AksClusterArgs>[] = [
        { pools: { ...args.pools, system: { ...args.pools.system, minCount: 3 }, user: { ...args.pools.user, maxCount: 9 } } },
        { context: { ...context, tags: { environment: "dev", owner: "team" } } },
        { upgrades: { ...args.upgrades, window: { day: "Friday", start: "01:00", hours: 8 } } },
        { access: { ...args.access, kubelogin: "spn" } },
      ];
      assert.deepEqual(stable(provider(plan)), expected);
      for (const change of changes) assert.deepEqual(stable(provider(await make(change))), expected);
    });

    it("goes with the cluster, as pools and windows do", () => {
      const { urn } = clusterOf(plan);
      const going = plan.resources.filter(({ deletedWith }) => deletedWith === urn).map(({ name }) => name);
      assert.deepEqual(going.sort(), ["aks-aksManagedAutoUpgradeSchedule", "aks-aksManagedNodeOSUpgradeSchedule", "aks-ingress", "aks-user", "inside"]);
    });

    it("is made anew with the cluster", () => {
      const { urn } = clusterOf(plan);
      assert.deepEqual(the(plan, "kubernetes:core/v1:Namespace").replaceWith, [urn]);
      for (const type of ["AgentPool", "MaintenanceConfiguration"]) {
        for (const made of all(plan, `azure-native:containerservice:${type}`)) assert.deepEqual(made.propertyDependencies?.["resourceName"], [urn], made.name);
      }
    });
  });

  it("leaves to Azure what Azure decides after the first day", async () => {
    const ignored = (of: Plan): unknown => clusterOf(of).ignoreChanges;
    assert.deepEqual(ignored(plan), ["agentPoolProfiles[0].count", "agentPoolProfiles[0].orchestratorVersion"]);
    all(plan, "azure-native:containerservice:AgentPool").forEach((pool) => assert.deepEqual(pool.ignoreChanges, ["count", "orchestratorVersion"]));
  });

  it("is protected where the environment says so", async () => {
    assert.equal(clusterOf(plan).protect, undefined);
    assert.equal(clusterOf(await make({ context: { ...context, protect: true } })).protect, true);
  });

  it("registers in a preview what it registers in an update", async () => {
    const shape = (of: Plan): unknown =>
      of.resources.map(({ urn, parent, dependencies, propertyDependencies, inputs: given }) => ({ urn, parent, dependencies, propertyDependencies, keys: Object.keys(given).sort() }));
    assert.deepEqual(shape(await make({}, { mode: "preview" })), shape(plan));
  });

  it("waits for what its options name", async () => {
    const joined = await record(() => {
      const wayIn = new network.VirtualNetwork("way-in", { resourceGroupName: testGroup, addressSpace: { addressPrefixes: ["10.0.0.0/16"] } });
      new AksCluster("aks", args, { dependsOn: [wayIn] });
    });
    assert.deepEqual(the(joined, "delivery-platform:azure:AksCluster").dependencies, [the(joined, "azure-native:network:VirtualNetwork").urn]);
  });

  const { system, user } = args.pools;
  const refused: [string, Partial<AksClusterArgs>, RegExp][] = [
    ["a cluster that nobody may work in", { access: { ...args.access, deployers: [] } }, /access\.deployers: nobody could work in the cluster/],
    ["a public API server without ranges", { apiServer: { access: "public", authorizedIpRanges: [] } }, /apiServer\.authorizedIpRanges: the API server would be open to everyone/],
    ["a public API server for all addresses", { apiServer: { access: "public", authorizedIpRanges: ["203.0.113.0/24", "0.0.0.0/0"] } }, /apiServer\.authorizedIpRanges/],
    ["a patch of Kubernetes", { kubernetesVersion: "1.36.1" }, /kubernetesVersion: is not a minor version\n\s+given:\s+1\.36\.1/],
    ["a version that the channel leaves behind", { upgrades: { ...args.upgrades, channel: "stable" } }, /kubernetesVersion: does not go with the channel stable/],
    ["two pools of one name", { pools: { ...args.pools, user: { ...user, name: "system" } } }, /pools: two pools have the same name/],
    ["a pool with a hyphen in its name", { pools: { ...args.pools, user: { ...user, name: "user-a" } } }, /pools\.user\.name: is not a name that Azure allows for a pool/],
    ["more nodes at least than at most", { pools: { ...args.pools, user: { ...user, minCount: 7 } } }, /pools\.user\.minCount: [^]*given:\s+7 to 6/],
    ["a pool of 1001 nodes", { pools: { ...args.pools, user: { ...user, maxCount: 1001 } } }, /pools\.user\.minCount/],
    ["a pool without nodes", { pools: { ...args.pools, system: { ...system, minCount: 0 } } }, /pools\.system\.minCount/],
    ["too few pods on a node of the system pool", { pools: { ...args.pools, system: { ...system, maxPods: 29 } } }, /pools\.system\.maxPods: [^]*allowed:\s+30 to 250/],
    ["too many pods on a node", { pools: { ...args.pools, user: { ...user, maxPods: 251 } } }, /pools\.user\.maxPods: [^]*allowed:\s+10 to 250/],
    ["a burstable system pool", { pools: { ...args.pools, system: { ...system, vmSize: "Standard_B4ms" } } }, /pools\.system\.vmSize: burstable/],
    ["what is no taint", { pools: { ...args.pools, user: { ...user, taints: ["dedicated=apps"] } } }, /pools\.user\.taints: is not a taint/],
    ["node images without their node channel", { upgrades: { ...args.upgrades, channel: "node-image", nodeOsChannel: "SecurityPatch" } }, /upgrades\.nodeOsChannel/],
    ["a window of three hours", { upgrades: { ...args.upgrades, window: { day: "Sunday", start: "02:00", hours: 3 } } }, /upgrades\.window\.hours: [^]*allowed:\s+4 to 24 hours/],
    ["a window that begins at no time", { upgrades: { ...args.upgrades, window: { day: "Sunday", start: "24:00", hours: 4 } } }, /upgrades\.window\.start/],
    ["an offset that is none", { upgrades: { ...args.upgrades, window: { day: "Sunday", start: "02:00", hours: 4, utcOffset: "CET" } } }, /upgrades\.window\.utcOffset/],
  ];
  for (const [what, change, expected] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(make(change), (error) => error instanceof ArgumentError && error.problems.length === 1 && expected.test(error.message));
    });
  }

  it("refuses everything that is wrong in one message", async () => {
    await assert.rejects(
      make({ kubernetesVersion: "latest", access: { ...args.access, deployers: [] } }),
      (error) => error instanceof ArgumentError && error.problems.length === 2,
    );
  });
});
