import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { AppPlatform } from "../components/apps/appPlatform";
import { clusterProvider } from "../components/azure/clusterProvider";
import { entraTokens } from "../components/mesh/requireSignIn";
import { contractVersion, PlatformOutputs } from "./outputs";

/** Arguments of `PlatformReference.load`. */
export interface PlatformReferenceArgs {
  /** The platform's stack, as `acme/azure-delivery-platform/dev`; with a backend of one's own, `organization/azure-delivery-platform/dev`. */
  readonly stack: string;
}

type OpenOutputs = Omit<PlatformOutputs, "kubeconfig">;

type Known<Value> = Value extends pulumi.Output<infer Inner> ? Inner : Value;
type OpenReferencedOutputs = { readonly [Name in keyof OpenOutputs]: Known<OpenOutputs[Name]> };

/** What another project reads of the platform's outputs: plain values, known in a preview, but for the secret, which stays one. */
export type ReferencedOutputs = OpenReferencedOutputs & Pick<PlatformOutputs, "kubeconfig">;

// Every output: whether each stack of the platform has it, or only one with the part that it is of; or whether it is secret, which each has.
const kinds: Readonly<Record<keyof PlatformOutputs, "always" | "with its part" | "secret">> = {
  contractVersion: "always",
  environment: "always",
  tenantId: "always",
  location: "always",
  resourceGroupName: "always",
  networkResourceGroupName: "always",
  virtualNetworkId: "always",
  workspaceId: "always",
  vaultName: "always",
  clusterName: "always",
  clusterId: "always",
  oidcIssuerUrl: "always",
  kubeconfig: "secret",
  registryId: "always",
  registryLoginServer: "always",
  imageRegistry: "with its part",
  storageAccountName: "always",
  kayentaStorageAccountName: "with its part",
  kayentaAddress: "with its part",
  prometheusAddress: "always",
  dnsZoneName: "always",
  dnsZoneResourceGroupName: "always",
  domain: "always",
  hosts: "always",
  signInHosts: "always",
  platformHosts: "always",
  certificateIssuer: "always",
  signInClientId: "with its part",
  gateway: "always",
  gatewayIdentity: "always",
  outsideMesh: "always",
  exceptionNamespaces: "always",
  frontDoorEndpoint: "always",
  frontDoorId: "always",
  responseTimeoutSeconds: "always",
  privateLinkServiceId: "always",
};

/**
 * The platform as another project has it: its outputs, a provider for its cluster, and what `MeshApp` and the others take as `platform`.
 *
 * @example
 * export = async () => {
 *   const platform = await PlatformReference.load("platform", { stack: "acme/azure-delivery-platform/dev" });
 *   new AppNamespace("shop", { platform: platform.app });
 * };
 * @source https://www.pulumi.com/docs/iac/concepts/stacks/#stackreferences
 */
export class PlatformReference extends pulumi.ComponentResource {
  readonly outputs: ReferencedOutputs;
  /** Works in the platform's cluster, as whoever runs the program. */
  readonly provider: k8s.Provider;
  /** What an app needs of the platform. */
  readonly app: AppPlatform;

  /**
   * Reads the platform's outputs. What comes of them is registered after that, so that it can depend on plain values.
   *
   * @throws RunError where the stack is not there, is of another contract, or lacks an output
   */
  static async load(name: string, { stack }: PlatformReferenceArgs, opts?: pulumi.ComponentResourceOptions): Promise<PlatformReference> {
    const reference = new pulumi.StackReference(`${name}-stack`, { name: stack }, { parent: opts?.parent });
    return new PlatformReference(name, await outputsOf(stack, reference), opts);
  }

  private constructor(name: string, outputs: ReferencedOutputs, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:stacks:PlatformReference", name, {}, opts);
    this.outputs = outputs;
    this.provider = clusterProvider(`${name}-kubernetes`, outputs, { parent: this });
    this.app = appPlatform(outputs, this.provider);
    this.registerOutputs({ outputs: this.outputs, provider: this.provider });
  }
}

async function outputsOf(stack: string, reference: pulumi.StackReference): Promise<ReferencedOutputs> {
  const version = await reference.getOutputDetails("contractVersion");
  refuseContract(stack, version.value);
  const names = Object.keys(kinds) as (keyof PlatformOutputs)[];
  const found = await Promise.all(names.map(async (name) => ({ name, kind: kinds[name], ...(await reference.getOutputDetails(name)) })));
  const missing = found.filter(({ kind, value, secretValue }) => kind !== "with its part" && value === undefined && secretValue === undefined);
  if (missing.length > 0) {
    throw new pulumi.RunError(`The stack ${stack} has no output ${namesOf(missing)}. Deploy the platform with the release of azure-delivery-platform that this project has, or a newer one.`);
  }
  const hidden = found.filter(({ kind, secretValue }) => kind !== "secret" && secretValue !== undefined);
  if (hidden.length > 0) {
    throw new pulumi.RunError(`The stack ${stack} has the output ${namesOf(hidden)} as a secret, and what is made of it here would show it. Ask whoever runs the platform why it is one.`);
  }
  const open = found.filter(({ kind }) => kind !== "secret").map(({ name, value }) => [name, value] as const);
  // The contract's number says that they are of these types.
  return { ...(Object.fromEntries(open) as OpenReferencedOutputs), kubeconfig: pulumi.secret(reference.getOutput("kubeconfig") as pulumi.Output<string>) };
}

const namesOf = (outputs: readonly { readonly name: string }[]): string => outputs.map(({ name }) => name).join(", ");

function refuseContract(stack: string, version: unknown): void {
  if (version === contractVersion) return;
  if (typeof version !== "number") throw new pulumi.RunError(`The stack ${stack} has no output contractVersion: it has not been deployed yet, or it is none of azure-delivery-platform.`);
  const [is, fix] =
    version < contractVersion
      ? ["older", "Deploy the platform with the release that this project has, or take that of the platform here."]
      : ["newer", "Install the release here that the platform was deployed with, and read what changed in its CHANGELOG."];
  throw new pulumi.RunError(`The outputs of the stack ${stack} are ${is} than this project can read: they are of contract ${version}, and its azure-delivery-platform reads ${contractVersion}. ${fix}`);
}

function appPlatform(outputs: ReferencedOutputs, provider: k8s.Provider): AppPlatform {
  const { environment, hosts, imageRegistry, platformHosts, signInClientId, signInHosts, tenantId } = outputs;
  return {
    cluster: { provider },
    environment,
    images: imageRegistry === undefined ? {} : { registry: imageRegistry },
    registryLoginServer: outputs.registryLoginServer,
    oidcIssuerUrl: outputs.oidcIssuerUrl,
    gateway: { gateway: outputs.gateway, identity: outputs.gatewayIdentity },
    responseTimeoutSeconds: outputs.responseTimeoutSeconds,
    hosts: Object.fromEntries(hosts.map((host) => [host, { signIn: signInHosts.includes(host), ...(host in platformHosts && { usedBy: platformHosts[host] }) }])),
    ...(signInClientId !== undefined && { signInTokens: entraTokens(tenantId, signInClientId) }),
    outsideMesh: outputs.outsideMesh,
    exceptionNamespaces: outputs.exceptionNamespaces,
    ready: [],
  };
}
