import * as k8s from "@pulumi/kubernetes";
import { AppIdentity, AppNamespace, MeshApp } from "azure-delivery-platform";
import { PlatformReference } from "azure-delivery-platform/reference";

/** What the app is made with. */
export interface OrdersArgs {
  /** Below the platform's registry, with its tag. */
  readonly image: string;
  readonly identity: AppIdentity;
}

/**
 * The app in a namespace of the team's own. It answers at `orders.<domain>` as soon as the platform serves that host, with the platform's sign-in
 * where the host asks for it.
 */
export function ordersApp({ app: platform, outputs, provider }: PlatformReference, { image, identity }: OrdersArgs): MeshApp {
  const namespace = new AppNamespace("orders", { platform });
  // What no component of the platform's makes, in its cluster all the same.
  new k8s.core.v1.ResourceQuota("quota", { metadata: { name: "orders", namespace: namespace.namespace }, spec: { hard: { pods: "20" } } }, { provider, dependsOn: namespace.resource });

  const host = `orders.${outputs.domain}`;
  const served = platform.hosts[host];
  return new MeshApp(
    "orders",
    {
      platform,
      namespace,
      port: { containerPort: 8080 },
      versions: { v1: { image: `${outputs.registryLoginServer}/${image}` } },
      hosts: served ? [host] : [],
      signIn: served?.signIn ?? false,
      workloadIdentity: identity,
    },
    { dependsOn: [...identity.ready] },
  );
}
