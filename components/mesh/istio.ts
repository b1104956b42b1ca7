import * as pulumi from "@pulumi/pulumi";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { refuseProblems } from "../shared/errors";
import { HelmRelease } from "../shared/helmRelease";
import { imageHub, ImageSource } from "../shared/images";
import { createNamespace } from "../shared/namespace";
import { networkPolicy } from "../shared/networkPolicy";
import { apiServerTunnel, injectedPods, istiod, podsOf, prometheus } from "../shared/peers";
import { placements } from "../shared/placement";
import { spreadOver } from "../shared/spread";
import { charts, images } from "../shared/versions";
import { ExtensionProvider, extensionProviderProblems, TracingProvider } from "./extensionProvider";
import {
  baseDeclaration, BaseValues, cniDeclaration, CniValues, istiodDeclaration, IstiodValues, MeshConfig, runtimeDefault,
} from "./istioCharts";

/** Arguments of `Istio`. */
export interface IstioArgs {
  readonly cluster: ClusterTarget;
  readonly images: ImageSource;
  /** Servers outside the proxies that decide about requests, for policies of the kind CUSTOM. Default: none. */
  readonly extensionProviders?: readonly ExtensionProvider[];
  /** Where the proxies send their spans, once a `Telemetry` names it. Default: nowhere. */
  readonly tracing?: TracingProvider;
}

const meshConfig: MeshConfig = {
  accessLogFile: "/dev/stdout",
  accessLogEncoding: "JSON",
  // One plain port per pod gives the metrics of proxy and app together.
  enablePrometheusMerge: true,
  // A pod reaches only what the mesh knows: another host needs a ServiceEntry.
  outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
  // A policy for /admin must also see //admin and /%2Fadmin. https://istio.io/latest/docs/ops/best-practices/security/#customize-your-system-on-path-normalization
  pathNormalization: { normalization: "DECODE_AND_MERGE_SLASHES" },
  // Front Door is the one proxy before the gateway: the last address it wrote into X-Forwarded-For is the client's, and its
  // X-Forwarded-Proto is kept. https://istio.io/latest/docs/ops/configuration/traffic-management/network-topologies/
  defaultConfig: { gatewayTopology: { numTrustedProxies: 1 } },
};

// A JWT rule makes istiod fetch keys from an address that the rule's author chose. It must not become a way to what only istiod can reach:
// itself, the node's metadata, Azure's platform address, the cluster and the virtual network.
const notForKeys = [
  "127.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1/128", "fe80::/10", "fc00::/7",
];

/**
 * Istio's control plane: its definitions, the node agent that redirects each injected pod's traffic, and istiod, in this order where it
 * matters. What needs the mesh depends on this component: an injected pod then finds both webhook and node agent, and one of Istio's own
 * objects finds the webhook that checks it.
 *
 * istiod runs on the system pool, twice at least. The node agent runs on every Linux node. It lets injected pods do without the
 * capabilities that a namespace of the level `restricted` refuses; the agent itself needs more than the level `baseline` allows, so that it
 * has a namespace to itself.
 *
 * @throws ArgumentError when an extension provider is one that istiod would turn into a refusal of every request
 * @example
 * const istio = new Istio("istio", { cluster, images: { registry: "crdev.azurecr.io" } });
 * @source https://istio.io/latest/docs/setup/install/helm/ and https://istio.io/latest/docs/setup/additional-setup/cni/
 */
export class Istio extends pulumi.ComponentResource {
  /** Where istiod runs, and where an object of Istio's counts for the whole mesh. */
  readonly rootNamespace: string = "istio-system";

  constructor(name: string, args: IstioArgs, opts?: pulumi.ComponentResourceOptions) {
    const { cluster, extensionProviders = [], tracing } = args;
    const providers = [...extensionProviders, ...(tracing ? [tracing] : [])];
    refuseProblems(name, extensionProviderProblems("extensionProviders", extensionProviders));
    super("delivery-platform:mesh:Istio", name, {}, opts);
    const { istioPilot, istioCni } = images;

    const system = createNamespace(
      `${name}-system-namespace`,
      { namespace: this.rootNamespace, outside: { reason: "istiod watches the API server, and fetches the keys that a JWT rule names" } },
      inCluster(this, cluster),
    );
    const node = createNamespace(
      `${name}-cni-namespace`,
      { namespace: "istio-cni", podSecurity: "privileged", outside: { reason: "the node agent watches the API server for pods that came up before it" } },
      inCluster(this, cluster),
    );
    networkPolicy(
      `${name}-istiod-callers`,
      {
        name: "istiod-callers",
        pods: istiod.pods,
        reason: "proxies have their configuration and certificates from it, the API server has objects checked, and Prometheus reads its metrics",
        ingress: [
          { peer: injectedPods, ports: [istiod.ports.xds] },
          { peer: podsOf(apiServerTunnel), ports: [istiod.ports.webhook] },
          { peer: podsOf(prometheus), ports: [istiod.ports.metrics] },
        ],
      },
      inCluster(this, cluster, { dependsOn: system }),
    );

    // Set on both charts, because istiod would otherwise change Ignore to Fail behind Helm's back.
    const base = { validationFailurePolicy: "Fail" } as const;
    const definitions = new HelmRelease<BaseValues>(
      `${name}-base`,
      { cluster, chart: charts.istioBase, releaseName: "istio-base", namespace: system.metadata.name, values: { base }, declares: baseDeclaration },
      { parent: this },
    );

    // The chart's own defaults fit AKS with Cilium: it chains itself to the first configuration in /etc/cni/net.d, and AKS runs Cilium
    // with cni-exclusive and socket load balancing in pods both off, which would remove the plugin and bypass the proxy.
    // https://docs.cilium.io/en/stable/network/servicemesh/istio/
    const agent = new HelmRelease<CniValues>(
      `${name}-cni`,
      {
        cluster,
        chart: charts.istioCni,
        releaseName: "istio-cni",
        namespace: node.metadata.name,
        values: {
          global: { hub: imageHub(istioCni, args.images), tag: istioCni.tag, logAsJson: true },
          tolerations: [{ operator: "Exists" }],
        },
        declares: cniDeclaration,
      },
      { parent: this },
    );

    new HelmRelease<IstiodValues>(
      `${name}-istiod`,
      {
        cluster,
        chart: charts.istiod,
        releaseName: "istiod",
        namespace: system.metadata.name,
        values: {
          global: { hub: imageHub(istioPilot, args.images), tag: istioPilot.tag, logAsJson: true, proxy: { seccompProfile: runtimeDefault } },
          base,
          cni: { enabled: true },
          // From two on, the chart adds a disruption budget; with one it would not, since that budget would block every node's upgrade.
          autoscaleMin: 2,
          seccompProfile: runtimeDefault,
          ...placements.system,
          topologySpreadConstraints: spreadOver(istiod.pods.labels),
          // AKS would add a namespace selector of its own to the webhook, again after each update.
          // https://learn.microsoft.com/azure/aks/faq
          sidecarInjectorWebhookAnnotations: { "admissions.enforcer/disabled": "true" },
          env: { BLOCKED_CIDRS_IN_JWKS_URIS: notForKeys.join(",") },
          meshConfig: { ...meshConfig, ...(providers.length > 0 && { extensionProviders: providers }) },
        },
        declares: istiodDeclaration,
      },
      { parent: this, dependsOn: [definitions, agent] },
    );

    this.registerOutputs({ rootNamespace: this.rootNamespace });
  }
}
