import * as k8s from "@pulumi/kubernetes";
import * as assert from "node:assert/strict";
import { FrontDoor, FrontDoorArgs } from "../../components/azure/frontDoor";
import { FrontDoorHosts, FrontDoorHostsArgs } from "../../components/azure/frontDoorHosts";
import { FrontDoorOrigin, FrontDoorOriginArgs } from "../../components/azure/frontDoorOrigin";
import { ArgumentError } from "../../components/shared/errors";
import { Names } from "../../components/shared/names";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { present } from "../../simulator/engine/values";
import { testContext, testGroup, testId, testWorkspace } from "../support/azure";
import { inputs, reachable, record, RecordOptions, testSubscription, the } from "../support/record";

const context = testContext();
const privateLinkServiceId = testId("Microsoft.Network/privateLinkServices/pls-acme-dev-gateway");
const profileId = testId("Microsoft.Cdn/profiles/afd-acme-dev");
const endpointName = context.names.of("frontDoorEndpoint");

interface Changes {
  readonly door?: Partial<FrontDoorArgs>;
  readonly origin?: Partial<FrontDoorOriginArgs>;
  readonly hosts?: Partial<FrontDoorHostsArgs>;
}

/** The whole way from the hosts to the gateway's Service. */
function make(changes: Changes = {}, options?: RecordOptions): Promise<Plan> {
  return record(() => {
    const resourceGroupName = testGroup;
    const frontDoor = new FrontDoor("door", {
      context,
      resourceGroupName,
      workspaceId: testWorkspace,
      firewall: { mode: "Prevention", rateLimitPerMinute: 1000 },
      responseTimeoutSeconds: 60,
      ...changes.door,
    });
    const provider = new k8s.Provider("cluster", { kubeconfig: "{}" });
    const service = new k8s.core.v1.Service(
      "gateway",
      { metadata: { name: "istio-ingress", namespace: "default" }, spec: { type: "LoadBalancer", selector: { istio: "ingress" }, ports: [{ name: "https", port: 443 }] } },
      { provider },
    );
    const origin = new FrontDoorOrigin("origin", {
      resourceGroupName,
      frontDoor,
      privateLinkServiceId,
      privateLinkLocation: "northeurope",
      originHostName: "ingress.dev.example.com",
      gateway: { service, generation: service.metadata.uid },
      ...changes.origin,
    });
    const gatewayCertificate = new k8s.apiextensions.CustomResource(
      "certificate",
      {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: { name: "gateway", namespace: "default" },
        spec: { secretName: "gateway", dnsNames: ["*.dev.example.com"], issuerRef: { kind: "ClusterIssuer", name: "letsencrypt" } },
      },
      { provider },
    );
    new FrontDoorHosts("hosts", {
      resourceGroupName,
      frontDoor,
      origin,
      hosts: ["echo.dev.example.com", "shop.dev.example.com"],
      dnsZone: { name: "example.com", resourceGroup: "rg-dns" },
      gatewayCertificate,
      ...changes.hosts,
    });
  }, options);
}

const cdn = (type: string): string => `azure-native:cdn:${type}`;
const records = "azure-native:dns:RecordSet";
const approvalType = "pulumi-nodejs:dynamic/deliveryPlatform:PrivateLinkApproval";

describe("Front Door", () => {
  let plan: Plan;
  before(async () => {
    plan = await make();
  });
  const named = (type: string, name?: string): RecordedResource => the(plan, type, name);

  describe("FrontDoor", () => {
    it("is a Premium profile with one endpoint", () => {
      assert.deepEqual(inputs(named(cdn("Profile"))), {
        resourceGroupName: testGroup,
        location: "Global",
        tags: { environment: "dev" },
        profileName: "afd-acme-dev",
        sku: { name: "Premium_AzureFrontDoor" },
        originResponseTimeoutSeconds: 60,
      });
      assert.deepEqual(inputs(named(cdn("AFDEndpoint"))), {
        resourceGroupName: testGroup,
        location: "Global",
        tags: { environment: "dev" },
        profileName: "afd-acme-dev",
        endpointName,
        enabledState: "Enabled",
      });
    });

    it("blocks by the managed rules, and who asks too often", () => {
      assert.deepEqual(inputs(named("azure-native:frontdoor:Policy")), {
        resourceGroupName: testGroup,
        location: "Global",
        tags: { environment: "dev" },
        policyName: "fdfpacmedev",
        sku: { name: "Premium_AzureFrontDoor" },
        policySettings: { enabledState: "Enabled", mode: "Prevention", requestBodyCheck: "Enabled" },
        managedRules: {
          managedRuleSets: [
            { ruleSetType: "Microsoft_DefaultRuleSet", ruleSetVersion: "2.1", ruleSetAction: "Block" },
            { ruleSetType: "Microsoft_BotManagerRuleSet", ruleSetVersion: "1.1" },
          ],
        },
        customRules: {
          rules: [
            {
              name: "RateLimitPerClient",
              priority: 100,
              ruleType: "RateLimitRule",
              action: "Block",
              rateLimitDurationInMinutes: 1,
              rateLimitThreshold: 1000,
              matchConditions: [{ matchVariable: "RequestHeader", selector: "Host", operator: "GreaterThan", matchValue: ["0"] }],
            },
          ],
        },
      });
    });

    it("writes all three logs", () => {
      const { resourceUri, workspaceId: sentTo, logs } = inputs(named("azure-native:monitor:DiagnosticSetting"));
      assert.deepEqual([resourceUri, sentTo], [profileId, testWorkspace]);
      assert.deepEqual(
        (logs as { category: string }[]).map(({ category }) => category),
        ["FrontDoorAccessLog", "FrontDoorHealthProbeLog", "FrontDoorWebApplicationFirewallLog"],
      );
    });

    for (const [what, door, expected] of [
      ["a wait of 15 seconds", { responseTimeoutSeconds: 15 }, /responseTimeoutSeconds: [^]*allowed:\s+16 to 240 seconds/],
      ["a wait of 241 seconds", { responseTimeoutSeconds: 241 }, /responseTimeoutSeconds/],
      ["a rate of nothing", { firewall: { mode: "Detection", rateLimitPerMinute: 0 } }, /firewall\.rateLimitPerMinute/],
    ] as [string, Partial<FrontDoorArgs>, RegExp][]) {
      it(`refuses ${what}`, () => refuses({ door }, expected));
    }
  });

  describe("FrontDoorOrigin", () => {
    it("probes the gateway every 100 seconds, by HTTPS", () => {
      assert.deepEqual(inputs(named(cdn("AFDOriginGroup"))), {
        resourceGroupName: testGroup,
        profileName: "afd-acme-dev",
        originGroupName: "gateway",
        healthProbeSettings: { probePath: "/probe", probeProtocol: "Https", probeRequestType: "GET", probeIntervalInSeconds: 100 },
        loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 3, additionalLatencyInMilliseconds: 50 },
        sessionAffinityState: "Disabled",
      });
    });

    it("reaches the gateway over the private link and passes on the client's Host", () => {
      const { requestMessage } = inputs(named(approvalType));
      const { uid } = named("kubernetes:core/v1:Service").outputs["metadata"] as { uid: string };
      assert.match(String(requestMessage), /^afd-acme-dev [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
      assert.deepEqual(inputs(named(cdn("AFDOrigin"))), {
        resourceGroupName: testGroup,
        profileName: "afd-acme-dev",
        originGroupName: "gateway",
        originName: `gateway-${uid}`,
        hostName: "ingress.dev.example.com",
        // The SDK's default; nothing uses it.
        httpPort: 80,
        httpsPort: 443,
        priority: 1,
        weight: 1000,
        enabledState: "Enabled",
        enforceCertificateNameCheck: true,
        sharedPrivateLinkResource: { privateLink: { id: privateLinkServiceId }, privateLinkLocation: "northeurope", requestMessage },
      });
      assert.deepEqual(named(cdn("AFDOrigin")).customTimeouts, { create: "4h", update: "4h", delete: "6h" });
    });

    it("has its connection approved, again when region or origin are others, and with the origin the gateway's Service", () => {
      const { privateLinkServiceId: service, originName, token, triggers } = inputs(named(approvalType));
      const uid = (named("kubernetes:core/v1:Service").outputs["metadata"] as { uid: string }).uid;
      assert.deepEqual({ service, originName, token }, { service: privateLinkServiceId, originName: `gateway-${uid}`, token: "[secret]" });
      assert.deepEqual(triggers, [`${profileId}/originGroups/gateway/origins/gateway-${uid}`, "northeurope"]);
    });

    it("has room for its request message under the longest name", () => {
      const longest = new Names({ workload: "abcdefgh", environment: "abcdefgh", subscriptionId: testSubscription }).of("frontDoorProfile");
      assert.ok(`${longest} 00000000-0000-0000-0000-000000000000`.length <= 140);
    });

    it("refuses a region without private endpoints", () => refuses({ origin: { privateLinkLocation: "westcentralus" } }, /privateLinkLocation: Front Door is not known [^]*given:\s+westcentralus/));

    it("takes such a region for a reason", async () => {
      const made = await make({ origin: { privateLinkLocation: "westcentralus", unlistedLocationReason: "announced in October 2026" } });
      const { sharedPrivateLinkResource } = inputs(the(made, cdn("AFDOrigin")));
      assert.equal((sharedPrivateLinkResource as { privateLinkLocation: string }).privateLinkLocation, "westcentralus");
    });
  });

  describe("FrontDoorHosts", () => {
    it("gives each host a domain with a managed certificate", () => {
      assert.deepEqual(inputs(named(cdn("AFDCustomDomain"), "hosts-echo.dev.example.com-domain")), {
        resourceGroupName: testGroup,
        profileName: "afd-acme-dev",
        customDomainName: "echo-dev-example-com",
        hostName: "echo.dev.example.com",
        tlsSettings: { certificateType: "ManagedCertificate", minimumTlsVersion: "TLS12" },
      });
    });

    it("proves the ownership and brings traffic by records in the existing zone", () => {
      const domain = named(cdn("AFDCustomDomain"), "hosts-echo.dev.example.com-domain");
      const { validationToken } = domain.outputs["validationProperties"] as { validationToken: string };
      const inZone = { resourceGroupName: "rg-dns", zoneName: "example.com", ttl: 3600 };
      assert.deepEqual(inputs(named(records, "hosts-echo.dev.example.com-ownership")), {
        ...inZone,
        recordType: "TXT",
        relativeRecordSetName: "_dnsauth.echo.dev",
        txtRecords: [{ value: [validationToken] }],
      });
      assert.deepEqual(inputs(named(records, "hosts-echo.dev.example.com-alias")), {
        ...inZone,
        recordType: "CNAME",
        relativeRecordSetName: "echo.dev",
        cnameRecord: { cname: present(named(cdn("AFDEndpoint")).outputs["hostName"]) },
      });
    });

    it("routes each host to the gateway, by HTTPS alone on either side", () => {
      assert.deepEqual(inputs(named(cdn("Route"), "hosts-echo.dev.example.com-route")), {
        resourceGroupName: testGroup,
        profileName: "afd-acme-dev",
        endpointName,
        routeName: "echo-dev-example-com",
        customDomains: [{ id: `${profileId}/customDomains/echo-dev-example-com` }],
        originGroup: { id: `${profileId}/originGroups/gateway` },
        patternsToMatch: ["/*"],
        supportedProtocols: ["Http", "Https"],
        httpsRedirect: "Enabled",
        forwardingProtocol: "HttpsOnly",
        linkToDefaultDomain: "Disabled",
        enabledState: "Enabled",
      });
    });

    it("puts the firewall before the endpoint and every host", () => {
      assert.deepEqual(inputs(named(cdn("SecurityPolicy"))), {
        resourceGroupName: testGroup,
        profileName: "afd-acme-dev",
        securityPolicyName: "firewall",
        parameters: {
          type: "WebApplicationFirewall",
          wafPolicy: { id: testId("Microsoft.Network/frontDoorWebApplicationFirewallPolicies/fdfpacmedev") },
          associations: [
            {
              domains: [
                { id: `${profileId}/afdEndpoints/${endpointName}` },
                { id: `${profileId}/customDomains/echo-dev-example-com` },
                { id: `${profileId}/customDomains/shop-dev-example-com` },
              ],
              patternsToMatch: ["/*"],
            },
          ],
        },
      });
    });

    it("adds a host without touching another, whatever the order", async () => {
      const urns = (of: Plan): string[] => of.resources.map(({ urn }) => urn);
      const more = await make({ hosts: { hosts: ["apps.dev.example.com", "shop.dev.example.com", "echo.dev.example.com"] } });
      const added = urns(more).filter((urn) => !urns(plan).includes(urn));
      assert.deepEqual(urns(plan).filter((urn) => !urns(more).includes(urn)), []);
      assert.deepEqual(added.map((urn) => urn.split("::")[3]).sort(), ["alias", "domain", "ownership", "route"].map((role) => `hosts-apps.dev.example.com-${role}`));
    });

    const long = `${"a".repeat(40)}.${"b".repeat(40)}.example.com`;
    for (const [what, hosts, expected] of [
      ["a wildcard", ["*.dev.example.com"], /hosts\.\*\.dev\.example\.com: Front Door manages no certificate for a wildcard/],
      ["the zone itself", ["example.com"], /hosts\.example\.com: the zone's own name can't be a CNAME/],
      ["a host of another zone", ["shop.example.org"], /hosts\.shop\.example\.org: is not in the DNS zone/],
      ["a host whose zone only ends alike", ["shop.myexample.com"], /is not in the DNS zone/],
      ["what is no host name", ["Shop_1.example.com"], /is not a host name in lower case/],
      ["a host that is too long", [long], /is too long for the name of a route/],
      ["a host that is listed twice", ["a.example.com", "a.example.com"], /hosts\.a\.example\.com: is listed twice/],
      ["two hosts of the same name in Front Door", ["a-b.example.com", "a.b.example.com"], /has the same name in Front Door as a-b\.example\.com/],
    ] as [string, string[], RegExp][]) {
      it(`refuses ${what}`, () => refuses({ hosts: { hosts } }, expected));
    }

    it("refuses to let a host wait that it doesn't serve", () => refuses({ hosts: { after: { "shop.example.com": [] } } }, /after\.shop\.example\.com: is not a host that is served/));
  });

  describe("order", () => {
    const at = ([type, name]: readonly [string, string]): RecordedResource => named(type, name);
    const gateway = ["kubernetes:core/v1:Service", "gateway"] as const;
    const certificate = ["kubernetes:cert-manager.io/v1:Certificate", "certificate"] as const;
    const origin = [cdn("AFDOrigin"), "origin-origin"] as const;
    const approval = [approvalType, "origin-approval"] as const;
    const domain = [cdn("AFDCustomDomain"), "hosts-echo.dev.example.com-domain"] as const;
    const route = [cdn("Route"), "hosts-echo.dev.example.com-route"] as const;
    const firewall = [cdn("SecurityPolicy"), "hosts-firewall"] as const;
    const alias = [records, "hosts-echo.dev.example.com-alias"] as const;
    const ownership = [records, "hosts-echo.dev.example.com-ownership"] as const;
    const endpoint = [cdn("AFDEndpoint"), "door-endpoint"] as const;
    const profile = [cdn("Profile"), "door-profile"] as const;
    const policy = ["azure-native:frontdoor:Policy", "door-firewall"] as const;
    const originGroup = [cdn("AFDOriginGroup"), "origin-group"] as const;

    // Each is made after the second and, on a destroy, deleted before it.
    const after = [
      [origin, gateway],
      [approval, origin],
      [route, origin],
      [route, approval],
      [route, certificate],
      [route, domain],
      [route, endpoint],
      [alias, route],
      [alias, firewall],
      [ownership, domain],
      [firewall, domain],
      [firewall, endpoint],
      [firewall, policy],
      [endpoint, profile],
      [originGroup, profile],
      [domain, profile],
    ] as const;
    for (const [later, earlier] of after) {
      it(`${later[1]} comes after ${earlier[1]}`, () => assert.ok(reachable(plan, at(later)).has(at(earlier).urn)));
    }

    it("the origin does not wait for the gateway's certificate, so that both take their time at once", () => assert.ok(!reachable(plan, at(origin)).has(at(certificate).urn)));

    for (const free of [profile, endpoint, policy, originGroup, domain, ownership, firewall]) {
      it(`${free[1]} does not wait for the gateway`, () => assert.ok(!reachable(plan, at(free)).has(at(gateway).urn)));
    }
  });

  it("registers in a preview what it registers in an update", async () => {
    const shape = (of: Plan): unknown => of.resources.map(({ urn, parent, dependencies, propertyDependencies, inputs: given }) => ({ urn, parent, dependencies, propertyDependencies, keys: Object.keys(given).sort() }));
    assert.deepEqual(shape(await make({}, { mode: "preview" })), shape(plan));
  });

  it("breaks no rule of the embedded cloud", () => assert.deepEqual(plan.findings.filter(({ urn }) => !urn.includes("kubernetes")), []));

  function refuses(changes: Changes, expected: RegExp): Promise<void> {
    return assert.rejects(make(changes), (error) => error instanceof ArgumentError && error.problems.length === 1 && expected.test(error.message));
  }
});
