/** A Helm chart in an OCI registry, at one exact version. */
export interface Chart {
  /** The address that Helm pulls from, as `oci://ghcr.io/istio/release/charts/istiod`. */
  readonly address: string;
  readonly version: string;
}

/** A container image at one exact tag. */
export interface Image {
  /** Where its maker publishes it, as `docker.io`. */
  readonly registry: string;
  /** The path in that registry, as `istio/pilot`. */
  readonly repository: string;
  readonly tag: string;
}

// Istio 1.31 supports Kubernetes 1.32 to 1.36. https://istio.io/latest/docs/releases/supported-releases/
// Since 1.31 the charts are published to GitHub's registry and the images to Docker Hub alone.
// https://istio.io/latest/blog/2026/retirement-of-gcp/
const istio = "1.31.1";
const istioChart = (name: string): Chart => ({ address: `oci://ghcr.io/istio/release/charts/${name}`, version: istio });
const istioImage = (name: string): Image => ({ registry: "docker.io", repository: `istio/${name}`, tag: istio });

// https://cert-manager.io/docs/releases/
const certManager = "v1.21.2";
const certManagerImage = (name: string): Image => ({ registry: "quay.io", repository: `jetstack/cert-manager-${name}`, tag: certManager });

/** Every chart that the platform installs. */
export const charts = {
  istioBase: istioChart("base"),
  istioCni: istioChart("cni"),
  istiod: istioChart("istiod"),
  istioGateway: istioChart("gateway"),
  certManager: { address: "oci://quay.io/jetstack/charts/cert-manager", version: certManager },
  // Bitnami's chart and images can't be had any more. https://github.com/bitnami/charts/issues/35164
  redis: { address: "oci://registry-1.docker.io/cloudpirates/redis", version: "0.34.18" },
  oauth2Proxy: { address: "oci://ghcr.io/oauth2-proxy/charts/oauth2-proxy", version: "10.7.0" },
  prometheus: { address: "oci://ghcr.io/prometheus-community/charts/prometheus", version: "29.27.0" },
} as const satisfies Record<string, Chart>;

/** Every image that the platform runs. */
export const images = {
  istioPilot: istioImage("pilot"),
  istioProxy: istioImage("proxyv2"),
  istioCni: istioImage("install-cni"),
  certManagerController: certManagerImage("controller"),
  certManagerWebhook: certManagerImage("webhook"),
  certManagerCainjector: certManagerImage("cainjector"),
  certManagerAcmeSolver: certManagerImage("acmesolver"),
  certManagerStartupCheck: certManagerImage("startupapicheck"),
  // Before 2.18 a request could choose the content type of its own echo, and so run a script in a visitor's browser.
  // https://github.com/mccutchen/go-httpbin/security/advisories/GHSA-528q-4pgm-wvg2
  echoServer: { registry: "ghcr.io", repository: "mccutchen/go-httpbin", tag: "2.25.0" },
  redis: { registry: "docker.io", repository: "library/redis", tag: "8.10.0@sha256:344e3945a0b431c8ff1eecd58c5573538126bd756f02fc7e218ddf1fc2546366" },
  // Before 7.15.2 a request could get past it without signing in.
  // https://github.com/oauth2-proxy/oauth2-proxy/security/advisories/GHSA-7x63-xv5r-3p2x and GHSA-5hvv-m4w4-gf6v
  oauth2Proxy: { registry: "quay.io", repository: "oauth2-proxy/oauth2-proxy", tag: "v7.15.3" },
  // The older repositories, us-docker.pkg.dev/spinnaker-community and gcr.io/spinnaker-marketplace, get no new versions.
  kayenta: { registry: "ghcr.io", repository: "spinnaker/kayenta", tag: "2026.2.3" },
  prometheus: { registry: "quay.io", repository: "prometheus/prometheus", tag: "v3.14.0" },
  // What the chart's own copy of the kube-state-metrics chart, 8.4, runs.
  kubeStateMetrics: { registry: "registry.k8s.io", repository: "kube-state-metrics/kube-state-metrics", tag: "v2.20.0" },
  prometheusReloader: { registry: "quay.io", repository: "prometheus-operator/prometheus-config-reloader", tag: "v0.93.1" },
  // There are no releases, an image for each commit instead. This is the one that Envoy Gateway 1.7 installs.
  // https://github.com/envoyproxy/gateway/blob/v1.7.0/charts/gateway-helm/README.md
  rateLimit: { registry: "docker.io", repository: "envoyproxy/ratelimit", tag: "3fb70258" },
  // The last line with Prometheus' data source built in: the later ones fetch it anew from outside, where there is no way to, and then lack it.
  // Its makers name this version as the least to have, and keep the line until May 2027. https://github.com/grafana/grafana/issues/118510,
  // https://github.com/grafana/grafana/issues/131490 and https://grafana.com/docs/grafana/latest/upgrade-guide/when-to-upgrade/
  grafana: { registry: "docker.io", repository: "grafana/grafana", tag: "12.4.11" },
  // https://github.com/kiali/kiali/releases/tag/v2.29.0
  kiali: { registry: "quay.io", repository: "kiali/kiali", tag: "v2.29.0" },
  // https://github.com/open-telemetry/opentelemetry-collector-releases/releases/tag/v0.159.0
  spanCollector: { registry: "ghcr.io", repository: "open-telemetry/opentelemetry-collector-releases/opentelemetry-collector", tag: "0.159.0" },
  // https://github.com/jaegertracing/jaeger/releases/tag/v2.20.0
  jaeger: { registry: "quay.io", repository: "jaegertracing/jaeger", tag: "2.20.0" },
  azureCli: { registry: "mcr.microsoft.com", repository: "azure-cli", tag: "2.89.1" },
} as const satisfies Record<string, Image>;
