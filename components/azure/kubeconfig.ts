import { parse, stringify } from "yaml";

/**
 * How kubelogin signs in to Entra ID for the cluster: as the Azure CLI's user, by a federated workload identity, as a managed identity, or
 * as a service principal. The last three read the client's id and credential from kubelogin's own environment variables.
 *
 * @source https://azure.github.io/kubelogin/concepts/login-modes.html
 */
export type KubeloginMode = "azurecli" | "workloadidentity" | "msi" | "spn";

/** What a kubeconfig is made of. */
export interface KubeconfigArgs {
  /** A kubeconfig of the cluster as Azure gives it, in base64; its address and certificate authority are taken over. */
  readonly credentials: string;
  readonly clusterName: string;
  readonly tenantId: string;
  readonly login: KubeloginMode;
}

/** The application that every AKS cluster with Entra ID takes tokens for; the same in all tenants. https://azure.github.io/kubelogin/concepts/aks.html */
const aksServerApplication = "6dae42f8-4368-4678-94ff-3960e28e3630";

interface AzureKubeconfig {
  readonly clusters?: readonly { readonly cluster?: { readonly server?: unknown; readonly "certificate-authority-data"?: unknown } }[];
}

/**
 * Writes the kubeconfig with which Pulumi reaches the cluster: the address and the certificate authority from Azure, and kubelogin for a
 * token, signed in the way that is asked for. Azure's own kubeconfig asks for a device code, at which no pipeline can answer.
 *
 * @example
 * kubeconfig({ credentials: kubeconfigs[0].value, clusterName: "aks-acme-dev", tenantId, login: "azurecli" });
 * @throws When the credentials hold no address or no certificate authority. The message shows nothing of them.
 */
export function kubeconfig(args: KubeconfigArgs): string {
  const given = parseQuietly(Buffer.from(args.credentials, "base64").toString("utf8"));
  const cluster = given?.clusters?.[0]?.cluster;
  const server = cluster?.server;
  const authority = cluster?.["certificate-authority-data"];
  if (typeof server !== "string" || typeof authority !== "string") {
    throw new Error(`Azure's credentials for the cluster ${args.clusterName} hold no server address or no certificate authority. Look at "az aks get-credentials --name ${args.clusterName} --file -".`);
  }
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: args.clusterName, cluster: { server, "certificate-authority-data": authority } }],
    contexts: [{ name: args.clusterName, context: { cluster: args.clusterName, user: "kubelogin" } }],
    "current-context": args.clusterName,
    users: [
      {
        name: "kubelogin",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "kubelogin",
            args: ["get-token", "--login", args.login, "--server-id", aksServerApplication, "--tenant-id", args.tenantId],
            interactiveMode: "Never",
            provideClusterInfo: false,
            installHint: "kubelogin is missing: az aks install-cli, or https://azure.github.io/kubelogin/install.html",
          },
        },
      },
    ],
  });
}

/** The parser's own message would quote the text, which is a secret. */
function parseQuietly(text: string): AzureKubeconfig | null {
  try {
    return parse(text) as AzureKubeconfig | null;
  } catch {
    return null;
  }
}
