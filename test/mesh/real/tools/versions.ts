import { charts, images } from "../../../../components/shared/versions";
import { envoyVersion } from "./envoy";
import { goTools, pinned } from "./goTools";
import { systemToolVersion } from "./debian";

/** A server, as it was tested and as it is shipped. */
export interface TestedVersion {
  readonly server: string;
  readonly tested: string;
  readonly shipped: string;
}

/** What the platform's own config says of Kubernetes is the line, without the patch: AKS chooses that. */
export interface ShippedByAzure {
  readonly kubernetes: string;
}

/** Every server of the tier beside the one that the platform runs. */
export function testedVersions({ kubernetes }: ShippedByAzure): readonly TestedVersion[] {
  return [
    { server: "Kubernetes' API server and controllers", tested: goTools.apiServer.version, shipped: `${kubernetes}, the patch that AKS has` },
    { server: "etcd", tested: goTools.etcd.version, shipped: "what AKS has" },
    { server: "Istio: istiod, agent, injector, istioctl", tested: `${goTools.pilotDiscovery.version}, a state of the release branch`, shipped: images.istioPilot.tag },
    { server: "Istio's charts and definitions", tested: "of the same state", shipped: charts.istiod.version },
    { server: "Envoy", tested: `${envoyVersion}, without Istio's own filters`, shipped: `the one in istio/proxyv2 ${images.istioProxy.tag}` },
    { server: "Helm", tested: goTools.helm.version, shipped: "the one in Pulumi's Kubernetes provider" },
    { server: "cert-manager's chart and definitions", tested: pinned("certManager", "github.com/cert-manager/cert-manager"), shipped: charts.certManager.version.replace(/^v/, "") },
    { server: "rate-limit service", tested: `commit ${goTools.rateLimit.version.split("-").at(-1)?.slice(0, images.rateLimit.tag.length)}`, shipped: `commit ${images.rateLimit.tag}` },
    { server: "Redis", tested: `${systemToolVersion("redis")}, Debian's`, shipped: images.redis.tag.split("@")[0] ?? "" },
    { server: "Prometheus", tested: goTools.prometheus.version, shipped: images.prometheus.tag.replace(/^v/, "") },
    { server: "oauth2-proxy", tested: goTools.oauth2Proxy.version, shipped: images.oauth2Proxy.tag.replace(/^v/, "") },
  ];
}
