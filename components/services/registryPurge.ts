import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { AppIdentity } from "../azure/appIdentity";
import { AzureContext } from "../shared/azureContext";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { Problem, refuseProblems } from "../shared/errors";
import { imageReference, ImageSource } from "../shared/images";
import { azureResourceManagerHost, entraIdHost, registryHost } from "../shared/knownHosts";
import { createNamespace } from "../shared/namespace";
import { placements } from "../shared/placement";
import { restrictedContainer, restrictedPod } from "../shared/podSecurity";
import { images } from "../shared/versions";
import { purgeScript } from "./purgeScript";

/** Which repositories to clean up, and how far. */
export interface PurgeRule {
  /** A pattern for a repository's whole name: `*` is any text, slashes too, and `?` any one character. As `apps/*`. */
  readonly repositories: string;
  /** How many tags to keep, the newest; 1 at least. Where several rules match a repository, the highest number holds. */
  readonly keep: number;
}

/** Arguments of `RegistryPurge`. */
export interface RegistryPurgeArgs {
  readonly context: AzureContext;
  /** Where the purge's identity is made. */
  readonly resourceGroupName: string;
  readonly cluster: ClusterTarget;
  /** The address of the cluster's OpenID Connect issuer, which vouches for its service accounts. */
  readonly oidcIssuerUrl: pulumi.Input<string>;
  readonly images: ImageSource;
  readonly registry: { readonly name: string; readonly id: pulumi.Input<string> };
  /** When it runs, in UTC, as a cron expression of five fields: `0 3 * * *` is every day at three. */
  readonly schedule: string;
  /** The rules by a key of your own, one at least. A repository that none matches is left alone. */
  readonly rules: Readonly<Record<string, PurgeRule>>;
}

const purge = "registry-purge";
const labels = { app: purge };
const files = { script: "purge.sh", rules: "rules" };
const paths = { files: "/etc/registry-purge", temporary: "/tmp" };

/**
 * Keeps the newest tags of a registry's repositories and takes off the older ones, on a schedule. It runs inside the cluster, because a
 * registry that is closed to the public network is reached over its private endpoint alone, and signs in as a managed identity by workload
 * identity: there is no password. The untagged images then go with the registry's own retention.
 *
 * @example
 * new RegistryPurge("registry-purge", {
 *   context, resourceGroupName: "rg-acme-dev", cluster, oidcIssuerUrl: aks.oidcIssuerUrl, images: {},
 *   registry: { name: registry.registryName, id: registry.registryId },
 *   schedule: "0 3 * * *", rules: { apps: { repositories: "apps/*", keep: 20 } },
 * });
 * @source https://learn.microsoft.com/azure/aks/workload-identity-overview and https://learn.microsoft.com/cli/azure/acr/repository
 */
export class RegistryPurge extends pulumi.ComponentResource {
  /** The client id of the identity that takes off the tags. */
  readonly identityClientId: pulumi.Output<string>;

  constructor(name: string, args: RegistryPurgeArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, [...scheduleProblems(args.schedule), ...ruleProblems(args.rules)]);
    super("delivery-platform:services:RegistryPurge", name, {}, opts);
    const { context, resourceGroupName, cluster } = args;

    const identity = new AppIdentity(
      name,
      {
        context,
        resourceGroupName,
        role: purge,
        oidcIssuerUrl: args.oidcIssuerUrl,
        serviceAccount: { namespace: purge, name: purge },
        // Reader includes pulling, which is what listing repositories and tags needs, and lets the CLI find the registry.
        grants: { read: { role: "Reader", scope: args.registry.id }, delete: { role: "AcrDelete", scope: args.registry.id } },
      },
      { parent: this },
    );
    this.identityClientId = identity.clientId;

    const namespace = createNamespace(
      `${name}-namespace`,
      {
        namespace: purge,
        outside: {
          hosts: [entraIdHost, azureResourceManagerHost, registryHost(args.registry.name)],
          reason: "the purge signs in to Entra ID and talks to the registry over its private endpoint",
        },
      },
      inCluster(this, cluster),
    );
    const metadata = { name: purge, namespace: namespace.metadata.name, labels };
    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      {
        metadata: { ...metadata, annotations: { "azure.workload.identity/client-id": identity.clientId } },
        automountServiceAccountToken: false,
      },
      inCluster(this, cluster),
    );
    const program = new k8s.core.v1.ConfigMap(
      `${name}-program`,
      { metadata, data: { [files.script]: purgeScript, [files.rules]: purgeRules(args.rules) } },
      inCluster(this, cluster),
    );

    new k8s.batch.v1.CronJob(
      `${name}-job`,
      {
        metadata,
        spec: {
          schedule: args.schedule,
          timeZone: "Etc/UTC",
          concurrencyPolicy: "Forbid",
          startingDeadlineSeconds: 3600,
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 3,
          jobTemplate: {
            spec: {
              backoffLimit: 1,
              activeDeadlineSeconds: 3600,
              template: {
                // The label makes AKS add the token that Entra ID takes, and the variables that name it.
                metadata: { labels: { ...labels, "azure.workload.identity/use": "true" } },
                spec: {
                  serviceAccountName: account.metadata.name,
                  automountServiceAccountToken: false,
                  restartPolicy: "Never",
                  securityContext: restrictedPod,
                  nodeSelector: placements.user.nodeSelector,
                  tolerations: [...placements.user.tolerations],
                  containers: [
                    {
                      name: purge,
                      image: imageReference(images.azureCli, args.images),
                      command: ["sh", `${paths.files}/${files.script}`],
                      env: Object.entries({
                        REGISTRY: args.registry.name,
                        RULES: `${paths.files}/${files.rules}`,
                        // The image is made for root and would write to its home.
                        HOME: paths.temporary,
                        AZURE_CORE_COLLECT_TELEMETRY: "false",
                      }).map(([variable, value]) => ({ name: variable, value })),
                      securityContext: restrictedContainer,
                      resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "512Mi" } },
                      volumeMounts: [
                        { name: "files", mountPath: paths.files, readOnly: true },
                        { name: "temporary", mountPath: paths.temporary },
                      ],
                    },
                  ],
                  volumes: [
                    { name: "files", configMap: { name: program.metadata.name } },
                    { name: "temporary", emptyDir: {} },
                  ],
                },
              },
            },
          },
        },
      },
      inCluster(this, cluster, { dependsOn: [...identity.ready] }),
    );

    this.registerOutputs({ identityClientId: this.identityClientId });
  }
}

/** The rules as the script reads them: one a line, a number and a pattern. */
export function purgeRules(rules: Readonly<Record<string, PurgeRule>>): string {
  return Object.values(rules)
    .map(({ repositories, keep }) => `${keep} ${repositories}\n`)
    .join("");
}

function scheduleProblems(schedule: string): Problem[] {
  if (/^\S+( \S+){4}$/.test(schedule)) return [];
  return [{ path: "schedule", message: "is not a cron expression of five fields", given: schedule, allowed: "minute, hour, day of month, month and day of week, as `0 3 * * *`" }];
}

function ruleProblems(rules: Readonly<Record<string, PurgeRule>>): Problem[] {
  const entries = Object.entries(rules);
  if (entries.length === 0) return [{ path: "rules", message: "is empty", allowed: "one rule at least", fix: "Add a rule, or leave the purge out." }];
  return entries.flatMap(([key, { repositories, keep }]) => [
    ...(/^[a-z0-9._/*?-]+$/.test(repositories)
      ? []
      : [{ path: `rules.${key}.repositories`, message: "is not a pattern for repositories", given: repositories, allowed: "lower-case letters, digits and . _ - / with * and ?" }]),
    ...(Number.isInteger(keep) && keep >= 1
      ? []
      : [{ path: `rules.${key}.keep`, message: "is not a number of tags to keep", given: String(keep), allowed: "a whole number from 1", fix: "Keep one tag at least; a repository that is not needed is deleted by hand." }]),
  ]);
}
