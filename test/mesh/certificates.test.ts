import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import { Certificates, CertificatesArgs } from "../../components/mesh/certificates";
import { ArgumentError } from "../../components/shared/errors";
import { notForPods } from "../../components/shared/peers";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { testContext } from "../support/azure";
import { testCluster } from "../support/insideCluster";
import { loggedErrors } from "../support/loggedErrors";
import { environmentPlan } from "../support/plans";
import { all, inputs, reachable, record, RecordOptions, testSubscription, the } from "../support/record";

const release = "kubernetes:helm.sh/v3:Release";
const issuerType = "kubernetes:cert-manager.io/v1:ClusterIssuer";
const certificateType = "kubernetes:cert-manager.io/v1:Certificate";
const sleep = "time:index/sleep:Sleep";

function startCertificates(change: Partial<CertificatesArgs>, opts?: pulumi.ComponentResourceOptions): Certificates {
  const cluster = testCluster();
  const namespace = new k8s.core.v1.Namespace("gateway-namespace", { metadata: { name: "istio-ingress" } }, { provider: cluster.provider });
  return new Certificates(
    "certificates",
    {
      context: testContext(),
      resourceGroupName: "rg-acme-dev",
      cluster,
      oidcIssuerUrl: "https://issuer.example.com/",
      images: {},
      email: "platform@example.com",
      dnsZone: { name: "example.com", resourceGroup: "rg-dns" },
      domain: "dev.example.com",
      gateway: { namespace, credentialName: "gateway-certificate" },
      ...change,
    },
    opts,
  );
}

const certificates = (change: Partial<CertificatesArgs> = {}, options?: RecordOptions): Promise<Plan> =>
  record(() => {
    startCertificates(change);
  }, options);

/** A place in the properties of a resource. */
function at(resource: RecordedResource, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], inputs(resource));
}

describe("Certificates", () => {
  let plan: Plan;
  before(async () => {
    plan = await certificates();
  });
  const values = (path: string): unknown => at(the(plan, release), `values.${path}`);

  it("breaks no rule of the embedded cloud", () => assert.deepEqual(plan.findings, []));

  it("has its objects checked against cert-manager's own definitions", async () => {
    const { findings } = await record(() => {
      const metadata = { name: "gateway", namespace: "default" };
      new k8s.apiextensions.CustomResource("certificate", { apiVersion: "cert-manager.io/v1", kind: "Certificate", metadata, spec: { dnsNames: ["*.example.com"], issuerRef: { name: "letsencrypt" } } });
    });
    assert.deepEqual(findings.map(({ policy }) => policy), ["kubernetes-schema"]);
    assert.match(findings[0]?.message ?? "", /spec\.secretName: Required value/);
  });

  describe("cert-manager", () => {
    it("is one release at an exact version, in a namespace of its own that is restricted and not part of the mesh", () => {
      const { name, namespace, chart, version } = inputs(the(plan, release));
      assert.deepEqual([name, namespace, chart, version], ["cert-manager", "cert-manager", "oci://quay.io/jetstack/charts/cert-manager", "v1.21.2"]);
      assert.deepEqual(inputs(the(plan, "kubernetes:core/v1:Namespace", "certificates-namespace"))["metadata"], {
        name: "cert-manager",
        labels: { "pod-security.kubernetes.io/enforce": "restricted" },
      });
    });

    it("brings its definitions, and leaves them and so every certificate when it goes", () => assert.deepEqual(values("crds"), { enabled: true, keep: true }));

    it("has the release wait until the webhook answers", () => assert.equal(values("startupapicheck.enabled"), true));

    it("offers its metrics, and Prometheus alone may read the controller's", () => {
      assert.deepEqual(values("prometheus"), { enabled: true });
      assert.deepEqual(inputs(the(plan, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "certificates-metrics"))["spec"], {
        podSelector: { matchLabels: { "app.kubernetes.io/name": "cert-manager", "app.kubernetes.io/instance": "cert-manager", "app.kubernetes.io/component": "controller" } },
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "prometheus" } } }], ports: [{ protocol: "TCP", port: 9402 }] }],
      });
    });

    it("asks for no rights in kube-system", () => assert.equal(values("global.leaderElection.namespace"), "cert-manager"));

    it("gives only the controller's pods the token that Entra ID takes", () => {
      assert.deepEqual(values("podLabels"), { "azure.workload.identity/use": "true" });
      assert.equal(values("webhook.podLabels"), undefined);
      assert.equal(values("cainjector.podLabels"), undefined);
    });

    for (const [part, name] of [["", "cert-manager"], ["webhook.", "webhook"], ["cainjector.", "cainjector"]] as const) {
      it(`runs ${name} twice, spread, on the user pool, with a budget that no drain is held up by`, () => {
        assert.equal(values(`${part}replicaCount`), 2);
        assert.deepEqual(values(`${part}podDisruptionBudget`), { enabled: true, minAvailable: 1 });
        assert.deepEqual(values(`${part}nodeSelector`), { "delivery-platform/pool": "user" });
        const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": "cert-manager", "app.kubernetes.io/component": name === "cert-manager" ? "controller" : name };
        assert.deepEqual((values(`${part}topologySpreadConstraints`) as { labelSelector: unknown }[]).map(({ labelSelector }) => labelSelector), [{ matchLabels: labels }, { matchLabels: labels }]);
        const { requests, limits } = values(`${part}resources`) as { requests: object; limits: object };
        assert.deepEqual([Object.keys(requests), Object.keys(limits)], [["cpu", "memory"], ["memory"]]);
      });
    }

    it("takes every image from the registry that is named, none from its maker", async () => {
      const text = JSON.stringify(inputs(the(await certificates({ images: { registry: "crdev.azurecr.io" } }), release))["values"]);
      assert.deepEqual(
        [...text.matchAll(/"repository":"([^"]+)","tag":"([^"]+)"/g)].map(([, repository, tag]) => `${repository}:${tag}`).sort(),
        ["acmesolver", "cainjector", "controller", "startupapicheck", "webhook"].map((name) => `crdev.azurecr.io/jetstack/cert-manager-${name}:v1.21.2`),
      );
    });

    it("declares the Services, ports and pods that the chart makes", () => {
      const { services, workloads } = the(plan, "delivery-platform:shared:HelmRelease").outputs["declares"] as Record<string, Record<string, Record<string, unknown>>>;
      const metrics = { port: 9402, targetPort: 9402 };
      assert.deepEqual(services, {
        "cert-manager": { ports: { "http-metrics": metrics } },
        "cert-manager-cainjector": { ports: { "http-metrics": metrics } },
        "cert-manager-webhook": { ports: { https: { port: 443, targetPort: 10250 }, metrics } },
      });
      assert.deepEqual(Object.entries(workloads ?? {}).map(([name, workload]) => [name, workload["kind"], workload["serviceAccount"]]), [
        ["cert-manager", "Deployment", "cert-manager"],
        ["cert-manager-cainjector", "Deployment", "cert-manager-cainjector"],
        ["cert-manager-webhook", "Deployment", "cert-manager-webhook"],
      ]);
    });

    it("may ask name servers from the controller alone, and be called by the API server alone, at the webhook", () => {
      const policy = (name: string): unknown => inputs(the(plan, "kubernetes:networking.k8s.io/v1:NetworkPolicy", name))["spec"];
      const labels = (name: string, component: string): object => ({ matchLabels: { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": "cert-manager", "app.kubernetes.io/component": component } });
      assert.deepEqual(policy("certificates-name-servers"), {
        podSelector: labels("cert-manager", "controller"),
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: [...notForPods] } }], ports: [{ protocol: "UDP", port: 53 }, { protocol: "TCP", port: 53 }] }],
      });
      assert.deepEqual(policy("certificates-webhook"), {
        podSelector: labels("webhook", "webhook"),
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } }, podSelector: { matchLabels: { app: "konnectivity-agent" } } }],
            ports: [{ protocol: "TCP", port: 10250 }],
          },
        ],
      });
    });
  });

  describe("the proof of the domain", () => {
    it("is written by a managed identity that trusts cert-manager's service account and has no password", () => {
      const { subject, audiences, issuer, resourceName } = inputs(the(plan, "azure-native:managedidentity:FederatedIdentityCredential"));
      assert.deepEqual([subject, audiences, issuer], ["system:serviceaccount:cert-manager:cert-manager", ["api://AzureADTokenExchange"], "https://issuer.example.com/"]);
      assert.equal(resourceName, inputs(the(plan, "azure-native:managedidentity:UserAssignedIdentity"))["resourceName"]);
      assert.deepEqual(all(plan, "kubernetes:core/v1:Secret"), []);
    });

    it("may change the one DNS zone and nothing else", () => {
      const { scope, roleDefinitionId, principalType } = inputs(the(plan, "azure-native:authorization:RoleAssignment"));
      assert.equal(scope, `/subscriptions/${testSubscription}/resourceGroups/rg-dns/providers/Microsoft.Network/dnsZones/example.com`);
      assert.match(String(roleDefinitionId), /\/befefa01-2a29-4197-83a8-272ff33ce314$/);
      assert.equal(principalType, "ServicePrincipal");
    });

    it("is asked for by Let's Encrypt, as a record in that zone", () => {
      const { metadata, spec } = inputs(the(plan, issuerType));
      assert.deepEqual(metadata, { name: "letsencrypt", annotations: { "pulumi.com/waitFor": "condition=Ready" } });
      const clientID = the(plan, "azure-native:managedidentity:UserAssignedIdentity").outputs["clientId"];
      assert.deepEqual(spec, {
        acme: {
          server: "https://acme-v02.api.letsencrypt.org/directory",
          email: "platform@example.com",
          privateKeySecretRef: { name: "letsencrypt-account" },
          solvers: [
            {
              selector: { dnsZones: ["example.com"] },
              dns01: {
                azureDNS: { subscriptionID: testSubscription, resourceGroupName: "rg-dns", hostedZoneName: "example.com", environment: "AzurePublicCloud", managedIdentity: { clientID } },
              },
            },
          ],
        },
      });
    });

    it("can be for certificates that nobody trusts, under a name and an account of their own", async () => {
      const made = the(await certificates({ authority: "letsencrypt-staging" }), issuerType);
      assert.deepEqual([at(made, "metadata.name"), at(made, "spec.acme.server"), at(made, "spec.acme.privateKeySecretRef.name")], [
        "letsencrypt-staging",
        "https://acme-staging-v02.api.letsencrypt.org/directory",
        "letsencrypt-staging-account",
      ]);
    });
  });

  describe("the gateway's certificate", () => {
    it("is an RSA wildcard for the domain, in the Secret and the namespace that the gateway reads", () => {
      const { metadata, spec } = inputs(the(plan, certificateType));
      assert.deepEqual(metadata, { name: "gateway-certificate", namespace: "istio-ingress", annotations: { "pulumi.com/waitFor": "condition=Ready" } });
      assert.deepEqual(spec, {
        secretName: "gateway-certificate",
        dnsNames: ["*.dev.example.com"],
        issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "letsencrypt" },
        privateKey: { algorithm: "RSA", size: 2048, rotationPolicy: "Always" },
      });
    });

    it("is given the time that an order takes", () => assert.deepEqual(the(plan, certificateType).customTimeouts, { create: "20m", update: "20m" }));

    it("is asked for once all that it needs is there: a failed order is not tried again for an hour", () => {
      const needed = reachable(plan, the(plan, certificateType));
      const before = [
        the(plan, issuerType),
        the(plan, release),
        the(plan, sleep),
        the(plan, "azure-native:managedidentity:FederatedIdentityCredential"),
        the(plan, "kubernetes:core/v1:Namespace", "gateway-namespace"),
      ];
      for (const { urn } of before) assert.ok(needed.has(urn), urn);
      assert.ok(reachable(plan, the(plan, issuerType)).has(the(plan, release).urn));
    });

    it("lets cert-manager be installed while its grant spreads", () => assert.ok(!reachable(plan, the(plan, release)).has(the(plan, sleep).urn)));
  });

  it("goes with the cluster", () => {
    const inside = plan.resources.filter(({ type, name }) => type.startsWith("kubernetes:") && name.startsWith("certificates-") && !name.startsWith("certificates-namespace-"));
    const clusterUrn = the(plan, "random:index/randomId:RandomId", "cluster").urn;
    assert.deepEqual(inside.filter(({ deletedWith }) => deletedWith !== clusterUrn).map(({ name }) => name), []);
    assert.ok(inside.length >= 6, inside.map(({ name }) => name).join());
  });

  describe("a failure", () => {
    /** What is said when a resource of that name could not be made. */
    const said = async (resource: string): Promise<string> => {
      const logged = await loggedErrors(() =>
        record(async () => {
          const hooks = new Map<string, readonly pulumi.ErrorHook[]>();
          startCertificates({}, { transformations: [({ name, opts }) => void hooks.set(name, opts.hooks?.onError ?? [])] });
          for (const hook of hooks.get(resource) ?? []) await hook.callback({ urn: "", id: "", name: resource, type: "", failedOperation: "create", errors: [] });
        }),
      );
      return logged.join("\n");
    };

    it("of the certificate names the zone's delegation, how to look at it, and what else it may be", async () => {
      const text = await said("certificates-gateway");
      for (const expected of [
        "*.dev.example.com",
        "delegation of the DNS zone example.com",
        "_acme-challenge.dev.example.com",
        "az network dns zone show --resource-group rg-dns --name example.com",
        "dig +short NS example.com",
        "CAA",
        "kubectl describe certificate",
      ]) {
        assert.ok(text.includes(expected), `${expected} in ${text}`);
      }
    });

    it("of the account names the address", async () => assert.match(await said("certificates-issuer"), /platform@example\.com[^]*kubectl describe clusterissuer letsencrypt/));
  });

  it("registers in a preview what it registers in an update", async () => {
    const shape = (of: Plan): unknown => of.resources.map(({ urn, dependencies, inputs: given }) => ({ urn, dependencies, keys: Object.keys(given).sort() }));
    assert.deepEqual(shape(await certificates({}, { mode: "preview" })), shape(plan));
  });

  for (const domain of ["dev.example.org", "devexample.com"]) {
    it(`refuses the domain ${domain}, which the zone does not hold`, async () => {
      await assert.rejects(certificates({ domain }), (error: unknown) => error instanceof ArgumentError && error.problems.length === 1 && error.problems[0]?.path === "domain");
    });
  }

  it("takes the zone itself as the domain", async () => {
    assert.deepEqual(at(the(await certificates({ domain: "example.com" }), certificateType), "spec.dnsNames"), ["*.example.com"]);
  });
});

describe("HTTPS from Front Door to the gateway", () => {
  let plan: Plan;
  before(async () => {
    plan = await environmentPlan("dev", "up");
  });
  const server = (): Record<string, unknown> => (at(the(plan, "kubernetes:networking.istio.io/v1:Gateway"), "spec.servers") as Record<string, unknown>[])[0] ?? {};
  const covered = (host: unknown): boolean => /^[^.]+\.dev\.example\.com$/.test(String(host));

  it("is with a certificate in the namespace of the gateway's own pods, under the name that the Gateway asks for", () => {
    const { credentialName } = server()["tls"] as { credentialName: string };
    const made = the(plan, certificateType);
    assert.equal(at(made, "spec.secretName"), credentialName);
    assert.equal(at(made, "metadata.namespace"), at(the(plan, release, "ingress-proxy"), "namespace"));
  });

  it("is for a name that certificate and server cover, as they cover every app's host", () => {
    assert.deepEqual(server()["hosts"], ["*.dev.example.com"]);
    assert.deepEqual(at(the(plan, certificateType), "spec.dnsNames"), ["*.dev.example.com"]);
    const hosts = [at(the(plan, "azure-native:cdn:AFDOrigin"), "hostName"), ...all(plan, "azure-native:cdn:AFDCustomDomain").map((domain) => at(domain, "hostName"))];
    assert.ok(hosts.length > 1);
    for (const host of hosts) assert.ok(covered(host), String(host));
    // Front Door passes on the client's Host, which the routes go by.
    assert.equal(at(the(plan, "azure-native:cdn:AFDOrigin"), "originHostHeader"), undefined);
  });

  it("is the only way in: probe, routes and the one server speak it, and no port takes plain HTTP", () => {
    assert.equal(at(the(plan, "azure-native:cdn:AFDOriginGroup"), "healthProbeSettings.probeProtocol"), "Https");
    for (const route of all(plan, "azure-native:cdn:Route")) assert.equal(at(route, "forwardingProtocol"), "HttpsOnly");
    assert.equal((at(the(plan, "kubernetes:networking.istio.io/v1:Gateway"), "spec.servers") as unknown[]).length, 1);
    assert.deepEqual(server()["port"], { number: 443, name: "https", protocol: "HTTPS" });
    const ports = at(the(plan, "kubernetes:core/v1:Service", "ingress-service"), "spec.ports") as { port: number }[];
    assert.deepEqual(ports.map(({ port }) => port), [15021, 443]);
  });

  it("is of an authority that Front Door trusts", () => assert.equal(at(the(plan, issuerType), "spec.acme.server"), "https://acme-v02.api.letsencrypt.org/directory"));
});
