import * as assert from "node:assert/strict";
import { purgeScript } from "../../components/services/purgeScript";
import { RegistryPurge, RegistryPurgeArgs } from "../../components/services/registryPurge";
import { ArgumentError } from "../../components/shared/errors";
import { Plan } from "../../simulator/engine/plan";
import { testContext } from "../support/azure";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { all, inputs, reachable, record, testSubscription, the } from "../support/record";

const cronJob = "kubernetes:batch/v1:CronJob";
const registryId = `/subscriptions/${testSubscription}/resourceGroups/rg-acme-dev/providers/Microsoft.ContainerRegistry/registries/crdev`;
const issuer = "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/";
const metadata = { name: "registry-purge", namespace: "registry-purge", labels: { app: "registry-purge" } };

function purge(change: Partial<RegistryPurgeArgs> = {}): Promise<Plan> {
  return record(() => {
    new RegistryPurge("purge", {
      context: testContext(),
      resourceGroupName: "rg-acme-dev",
      cluster: testCluster(),
      oidcIssuerUrl: issuer,
      images: {},
      registry: { name: "crdev", id: registryId },
      schedule: "0 3 * * *",
      rules: { apps: { repositories: "apps/*", keep: 20 }, tools: { repositories: "tools/?", keep: 5 } },
      ...change,
    });
  });
}

describe("RegistryPurge", () => {
  it("runs one job at a time, on schedule in UTC, outside the mesh", async () => {
    const plan = await purge();
    const { metadata: called, spec } = inputs(the(plan, cronJob));
    assert.deepEqual(called, metadata);
    const { jobTemplate, ...schedule } = spec as Record<string, unknown>;
    assert.deepEqual(schedule, {
      schedule: "0 3 * * *",
      timeZone: "Etc/UTC",
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
    });
    assert.deepEqual(jobTemplate, {
      spec: {
        backoffLimit: 1,
        activeDeadlineSeconds: 3600,
        template: {
          metadata: { labels: { app: "registry-purge", "azure.workload.identity/use": "true" } },
          spec: {
            serviceAccountName: "registry-purge",
            automountServiceAccountToken: false,
            restartPolicy: "Never",
            securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: { type: "RuntimeDefault" } },
            nodeSelector: { "delivery-platform/pool": "user" },
            tolerations: [],
            containers: [
              {
                name: "registry-purge",
                image: "mcr.microsoft.com/azure-cli:2.89.1",
                command: ["sh", "/etc/registry-purge/purge.sh"],
                env: [
                  { name: "REGISTRY", value: "crdev" },
                  { name: "RULES", value: "/etc/registry-purge/rules" },
                  { name: "HOME", value: "/tmp" },
                  { name: "AZURE_CORE_COLLECT_TELEMETRY", value: "false" },
                ],
                securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
                resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "512Mi" } },
                volumeMounts: [
                  { name: "files", mountPath: "/etc/registry-purge", readOnly: true },
                  { name: "temporary", mountPath: "/tmp" },
                ],
              },
            ],
            volumes: [
              { name: "files", configMap: { name: "registry-purge" } },
              { name: "temporary", emptyDir: {} },
            ],
          },
        },
      },
    });
    assert.deepEqual(inputs(the(plan, "kubernetes:core/v1:Namespace"))["metadata"], {
      name: "registry-purge",
      labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    });
    assert.deepEqual(plan.findings, []);
  });

  it("hands the script its rules", async () => {
    assert.deepEqual(inputs(the(await purge(), "kubernetes:core/v1:ConfigMap"))["data"], { "purge.sh": purgeScript, rules: "20 apps/*\n5 tools/?\n" });
  });

  it("signs in as a managed identity that trusts this service account alone", async () => {
    const plan = await purge();
    const identity = the(plan, "azure-native:managedidentity:UserAssignedIdentity");
    assert.deepEqual(inputs(identity), { resourceName: "id-acme-dev-registry-purge", resourceGroupName: "rg-acme-dev", location: "westeurope", tags: { environment: "dev" } });
    assert.deepEqual(inputs(the(plan, "azure-native:managedidentity:FederatedIdentityCredential")), {
      federatedIdentityCredentialResourceName: "registry-purge",
      resourceName: "id-acme-dev-registry-purge",
      resourceGroupName: "rg-acme-dev",
      issuer,
      subject: "system:serviceaccount:registry-purge:registry-purge",
      audiences: ["api://AzureADTokenExchange"],
    });
    const { clientId } = identity.outputs;
    assert.deepEqual(inputs(the(plan, "kubernetes:core/v1:ServiceAccount")), {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { ...metadata, annotations: { "azure.workload.identity/client-id": clientId } },
      automountServiceAccountToken: false,
    });
    assert.deepEqual(the(plan, "delivery-platform:services:RegistryPurge").outputs, { identityClientId: clientId });
  });

  it("may read the registry and delete in it, and nothing else", async () => {
    const plan = await purge();
    const { principalId } = the(plan, "azure-native:managedidentity:UserAssignedIdentity").outputs;
    const grants = all(plan, "azure-native:authorization:RoleAssignment").map(inputs).map((grant) => [grant["principalId"], grant["scope"], grant["roleDefinitionId"]]);
    const role = (id: string): string => `/subscriptions/${testSubscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
    assert.deepEqual(grants.sort(), [
      [principalId, registryId, role("acdd72a7-3385-48ef-bd42-f606fba81ae7")],
      [principalId, registryId, role("c2f4ef07-c644-48eb-af81-4b1b4947fb11")],
    ]);
  });

  it("starts when its identity can do its work", async () => {
    const plan = await purge();
    const needed = reachable(plan, the(plan, cronJob));
    for (const type of ["azure-native:managedidentity:FederatedIdentityCredential", "time:index/sleep:Sleep", "kubernetes:core/v1:ServiceAccount", "kubernetes:core/v1:ConfigMap"]) {
      assert.ok(needed.has(the(plan, type).urn), type);
    }
  });

  it("leaves what is in the cluster to the cluster's deletion", async () => {
    assert.deepEqual(deletedByItself(await purge()), []);
  });

  it("takes its image from another registry by one setting", async () => {
    const { spec } = inputs(the(await purge({ images: { registry: "crdev.azurecr.io" } }), cronJob));
    assert.match(JSON.stringify(spec), /"image":"crdev\.azurecr\.io\/azure-cli:2\.89\.1"/);
  });

  const refused: [string, Partial<RegistryPurgeArgs>, string][] = [
    ["a schedule that is not one", { schedule: "daily" }, "schedule"],
    ["no rule", { rules: {} }, "rules"],
    ["a pattern that the shell would take apart", { rules: { apps: { repositories: "apps /*", keep: 1 } } }, "rules.apps.repositories"],
    ["a pattern with letters that no repository has", { rules: { apps: { repositories: "Apps/*", keep: 1 } } }, "rules.apps.repositories"],
    ["to keep nothing", { rules: { apps: { repositories: "apps/*", keep: 0 } } }, "rules.apps.keep"],
    ["to keep half a tag", { rules: { apps: { repositories: "apps/*", keep: 1.5 } } }, "rules.apps.keep"],
  ];
  for (const [what, change, path] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(purge(change), (error: unknown) => error instanceof ArgumentError && error.problems.length === 1 && error.problems[0]?.path === path);
    });
  }
});
