import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Egress } from "../mesh/egress";
import { inCluster } from "../shared/cluster";
import { refuseProblems } from "../shared/errors";
import { entraIdHost } from "../shared/knownHosts";
import { createNamespace } from "../shared/namespace";
import { withoutOldApiAliases } from "../shared/withoutOldApiAliases";
import { AppPlatform } from "./appPlatform";
import { labelProblems, namespaceProblems } from "./pod/names";

/** With this label, AKS gives a pod a token that Entra ID takes. @source https://learn.microsoft.com/azure/aks/workload-identity-overview */
export const workloadIdentityLabel = { "azure.workload.identity/use": "true" } as const;

/** Arguments of `AppNamespace`. */
export interface AppNamespaceArgs {
  readonly platform: AppPlatform;
  /** Its name in the cluster: a DNS label. Default: the component's name. */
  readonly namespace?: string;
}

/**
 * A namespace for a team's apps: in the mesh, of pod-security level `restricted`, and closed but for what is allowed by name.
 *
 * @example
 * const namespace = new AppNamespace("guestbook", { platform });
 * @throws ArgumentError when the name is none, or that of a namespace that is not a team's
 */
export class AppNamespace extends pulumi.ComponentResource {
  /** Its name, known in a preview. */
  readonly namespace: string;
  /** What everything inside depends on. */
  readonly resource: k8s.core.v1.Namespace;
  private toEntraId: Egress | undefined;

  constructor(private readonly name: string, private readonly args: AppNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    const namespace = args.namespace ?? name;
    refuseProblems(name, [...labelProblems("namespace", namespace), ...namespaceProblems("namespace", namespace, args.platform)]);
    super("delivery-platform:apps:AppNamespace", name, {}, pulumi.mergeOptions(opts, { transformations: [withoutOldApiAliases] }));
    this.namespace = namespace;
    this.resource = createNamespace(`${name}-namespace`, { namespace: this.namespace, injected: true }, inCluster(this, args.platform.cluster, { dependsOn: [...args.platform.ready] }));
    this.registerOutputs({ namespace: this.namespace, resource: this.resource });
  }

  /** Lets the pods with an identity in Azure out to Entra ID, where they fetch their tokens. It is made for the first app that asks for it, and there once for all. */
  wayToEntraId(): pulumi.Resource {
    const { platform } = this.args;
    const entries = { "entra-id": { hosts: [entraIdHost], usedBy: workloadIdentityLabel, reason: "apps sign in as their identities in Azure" } };
    this.toEntraId ??= new Egress(
      `${this.name}-to-azure`,
      { cluster: platform.cluster, namespace: this.namespace, called: `${this.namespace}-to-azure`, ready: [...platform.ready, this.resource], entries },
      { parent: this },
    );
    return this.toEntraId;
  }
}
