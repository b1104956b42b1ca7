import * as pulumi from "@pulumi/pulumi";
import { EchoServer } from "../components/apps/echoServer";
import { Caller } from "../components/mesh/access";
import { RateLimit } from "../components/mesh/rateLimit";
import { RequireSignIn } from "../components/mesh/requireSignIn";
import { Kayenta } from "../components/services/kayenta";
import { Prometheus } from "../components/services/prometheus";
import { RateLimitService } from "../components/services/rateLimitService";
import { RegistryPurge } from "../components/services/registryPurge";
import { SignIn } from "../components/services/signIn";
import { AzureLayer } from "./azureLayer";
import { PlatformConfig } from "./config/schema";
import { MeshLayer } from "./meshLayer";

/** What the layer above uses of what runs in the mesh. */
export type ServicesLayer = ReturnType<typeof servicesLayer>;

/** What runs in the mesh: sign-in, the echo server, canary analysis with its metrics, and the registry's clean-up. */
export function servicesLayer(azure: AzureLayer, mesh: MeshLayer, config: PlatformConfig) {
  const { aks, context, inGroup, inside, kayentaStorage, pods, registry } = azure;
  const { cluster } = pods;
  const { ingress, istio, sharedSignIn, signInHosts } = mesh;
  const ready = [istio, ingress.namespace];
  const signIn =
    signInHosts.length === 0
      ? undefined
      : new SignIn(
          "sign-in",
          {
            ...pods,
            gateway: ingress,
            tenantId: context.tenantId,
            oidcIssuerUrl: aks.oidcIssuerUrl,
            application: config.signIn.application ?? { displayName: `${config.azure.workload} ${config.environment}` },
            allowed: config.signIn.allowed,
            shared: sharedSignIn,
            hosts: signInHosts,
            ready,
          },
          inside,
        );
  // What asks for a sign-in, by host: at the gateway, and at the app.
  const signInRules: Record<string, readonly pulumi.Resource[]> = { ...signIn?.rules };
  if (config.echo.hosts.length > 0) {
    const echo = new EchoServer("echo", { ...pods, gateway: ingress, hosts: config.echo.hosts, ready }, inside);
    const protectedHosts = config.echo.hosts.filter((host) => signInHosts.includes(host));
    if (signIn !== undefined && protectedHosts.length > 0) {
      const atApp = new RequireSignIn("echo-sign-in", { cluster, app: echo.app, hosts: protectedHosts, tokens: signIn.tokens, ready: [istio, echo.namespace] }, inside);
      for (const host of protectedHosts) signInRules[host] = [...(signInRules[host] ?? []), atApp];
    }
  }

  const prometheus = new Prometheus("prometheus", { ...pods, ...config.prometheus, ready: [istio] }, inside);
  const kayenta =
    kayentaStorage &&
    new Kayenta(
      "kayenta",
      {
        ...pods,
        storage: {
          accountName: kayentaStorage.accountName,
          accountKey: kayentaStorage.sharedKey(),
          endpointRange: config.network.subnets.privateEndpoints,
          ready: [kayentaStorage],
        },
        prometheus,
        callers: Object.entries(config.kayenta.callers).map(([account, { reason }]) => callerElsewhere(account, reason)),
        ...(signIn && config.kayenta.host !== undefined && { exposed: { host: config.kayenta.host, gateway: ingress, tokens: signIn.tokens, ready: [ingress.namespace, ...(signInRules[config.kayenta.host] ?? [])] } }),
        ready: [istio],
      },
      inside,
    );

  const { hosts: limited, failClosed } = config.rateLimits;
  if (Object.keys(limited).length > 0) {
    const platform = { ...pods, gateway: ingress, hosts: config.hosts, ready };
    const service = new RateLimitService("rate-limit", { platform, domains: limited }, inside);
    for (const host of Object.keys(limited)) new RateLimit(`rate-limit-${host}`, { platform, service, domain: host, hosts: [host], failClosed }, inside);
  }

  const { purge } = config.registry;
  if (Object.keys(purge.rules).length > 0) {
    new RegistryPurge(
      "registry-purge",
      { ...inGroup, ...pods, oidcIssuerUrl: aks.oidcIssuerUrl, registry: { name: registry.registryName, id: registry.registryId }, ...purge },
      inside,
    );
  }

  return { signIn, signInRules, prometheus, kayenta };
}

/** A caller whose namespace another program makes, from its account as the config writes it: `<namespace>/<name>`. */
function callerElsewhere(account: string, reason: string): Caller {
  const [namespace = "", name = ""] = account.split("/");
  return { serviceAccount: { namespace, name }, reason, elsewhere: true };
}
