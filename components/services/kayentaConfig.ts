import { stringify } from "yaml";
import { storageSuffix } from "../shared/knownHosts";

/** What Kayenta calls its two accounts: what a request to it names them by. */
export const kayentaAccounts = { storage: "azure-storage", metrics: "prometheus" } as const;

/** The blob container that it keeps everything in. Kayenta makes it when it isn't there, and Azure takes lower case alone. */
export const kayentaContainer = "kayenta";

/** The variables that Kayenta takes its two secrets from, so that no file holds one. The address of Redis has the password in it. */
export const kayentaSecrets = { storageKey: "AZURE_STORAGE_KEY", redisConnection: "REDIS_CONNECTION" } as const;

/** The port that Kayenta answers on. */
export const kayentaPort = 8090;

/** What the configuration depends on. */
export interface KayentaConfigArgs {
  readonly storageAccountName: string;
  /** Where Prometheus answers, as `http://prometheus-server.prometheus.svc.cluster.local`. */
  readonly prometheusAddress: string;
}

/**
 * The text of `kayenta.yml`: what differs from the file that the image brings, over which it is laid.
 *
 * @source https://github.com/spinnaker/spinnaker/blob/main/kayenta/kayenta-web/config/kayenta.yml
 */
export function kayentaConfig({ storageAccountName, prometheusAddress }: KayentaConfigArgs): string {
  const config = {
    server: { port: kayentaPort },
    redis: { connection: `\${${kayentaSecrets.redisConnection}}` },
    kayenta: {
      azure: {
        enabled: true,
        accounts: [
          {
            name: kayentaAccounts.storage,
            storageAccountName,
            accountAccessKey: `\${${kayentaSecrets.storageKey}}`,
            // With the suffix alone the address is https://<account>.blob.<suffix>.
            endpointSuffix: storageSuffix,
            container: kayentaContainer,
            rootFolder: "kayenta",
            supportedTypes: ["OBJECT_STORE", "CONFIGURATION_STORE"],
          },
        ],
      },
      // The account above is only known by its own switch; this one makes what reads and writes in it.
      blobs: { enabled: true },
      prometheus: {
        enabled: true,
        health: { enabled: true },
        // Kayenta's default, `instance`, is the address of a pod here, which no canary is told apart by.
        scopeLabel: "version",
        accounts: [{ name: kayentaAccounts.metrics, endpoint: { baseUrl: prometheusAddress }, supportedTypes: ["METRICS_STORE"] }],
      },
      // On by default, without an account.
      signalfx: { enabled: false },
      // What a pipeline calls to have a canary judged; without it Kayenta only serves Spinnaker.
      standaloneCanaryAnalysis: { enabled: true },
    },
    // Kayenta's own file opens all of Spring's endpoints, among them the environment and a dump of the memory with both secrets in it.
    management: { endpoints: { web: { exposure: { include: "health" } } } },
    // At its start it would ask a public site for plugins, and look for some beside itself, where it may not write.
    spinnaker: { extensibility: { enableDefaultRepositories: false, "plugins-root-path": "/tmp/plugins" } },
  };
  return stringify(config, { lineWidth: 0 });
}
