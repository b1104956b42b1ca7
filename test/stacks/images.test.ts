import * as assert from "node:assert/strict";
import { images } from "../../components/shared/versions";
import { Plan } from "../../simulator/engine/plan";
import { askForEverything, changedPlan, environmentPlan } from "../support/plans";
import { all, inputs } from "../support/record";
import { calledInCluster, isInCluster, settingsIn } from "../support/settings";

/** The images that Istio's charts take from their hub, by release. The gateway's pod has its image from istiod. */
const ofHub: Readonly<Record<string, readonly string[]>> = { "Release istio-cni/istio-cni": ["install-cni"], "Release istio-system/istiod": ["pilot", "proxyv2"] };

/** What each release and each pod must run, by path. */
const expected: Readonly<Record<string, readonly string[]>> = {
  "CronJob registry-purge/registry-purge": ["azure-cli"],
  "Deployment echo/echo": ["mccutchen/go-httpbin"],
  "Deployment grafana/grafana": ["grafana/grafana"],
  "Deployment kayenta/kayenta": ["spinnaker/kayenta"],
  "Deployment kiali/kiali": ["kiali/kiali"],
  "Deployment rate-limit/rate-limit": ["envoyproxy/ratelimit"],
  "Deployment tracing/collector": ["open-telemetry/opentelemetry-collector-releases/opentelemetry-collector"],
  "Release cert-manager/cert-manager": ["acmesolver", "cainjector", "controller", "startupapicheck", "webhook"].map((part) => `jetstack/cert-manager-${part}`),
  "Release istio-cni/istio-cni": ["istio/install-cni"],
  "Release istio-system/istiod": ["istio/pilot", "istio/proxyv2"],
  "Release kayenta/kayenta-redis": ["library/redis"],
  "Release oauth2-proxy/oauth2-proxy": ["oauth2-proxy/oauth2-proxy"],
  "Release oauth2-proxy/oauth2-proxy-redis": ["library/redis"],
  "Release rate-limit/rate-limit-redis": ["library/redis"],
  "StatefulSet tracing/jaeger": ["jaegertracing/jaeger"],
  "Release prometheus/prometheus": ["kube-state-metrics/kube-state-metrics", "prometheus-operator/prometheus-config-reloader", "prometheus/prometheus"],
};

/** The plans of those environments that take images from their own registry; the last has every optional part. */
const plans: Readonly<Record<string, () => Promise<Plan>>> = {
  staging: () => environmentPlan("staging", "up"),
  prod: () => environmentPlan("prod", "up"),
  everything: once(() => changedPlan("staging", "up", askForEverything)),
};

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** The addresses of images, without their tags, by the release or object that names them. */
function imagesOf(plan: Plan): Record<string, string[]> {
  const found = plan.resources.filter(isInCluster).map((resource) => {
    const name = calledInCluster(resource);
    const made = inputs(resource);
    const named = settingsIn(made["values"] ?? made["spec"]).flatMap(({ key, value, beside }) => {
      if (key === "hub") return (ofHub[name] ?? ["unknown"]).map((image) => `${String(value)}/${image}`);
      if (key === "repository") return [[beside["registry"], value].filter((part) => part !== undefined).join("/")];
      return key === "image" && typeof value === "string" ? [value.replace(/:[^/]*$/, "")] : [];
    });
    return [name, named.sort()] as const;
  });
  return Object.fromEntries(found.filter(([, named]) => named.length > 0));
}

/** What names one of the registries that images are published in. */
function publishedElsewhere(plan: Plan): string[] {
  const registries = [...new Set(Object.values(images).map(({ registry }) => registry))];
  return plan.resources.filter(isInCluster).flatMap((resource) => {
    const made = inputs(resource);
    return settingsIn(made["values"] ?? made["spec"])
      .filter(({ value }) => typeof value === "string" && registries.some((registry) => value.includes(`${registry}/`) || value === registry))
      .map(({ key, value }) => `${calledInCluster(resource)}: ${key} = ${String(value)}`);
  });
}

describe("with the environment's own registry as the source of images", () => {
  for (const [environment, planned] of Object.entries(plans)) {
    it(`every pod runs from that registry in ${environment}`, async () => {
      const plan = await planned();
      const [registry] = all(plan, "azure-native:containerregistry:Registry").map((resource) => `${String(inputs(resource)["registryName"])}.azurecr.io`);
      const inPlan = Object.entries(expected).filter(([name]) => plan.resources.some((resource) => isInCluster(resource) && calledInCluster(resource) === name));
      assert.deepEqual(imagesOf(plan), Object.fromEntries(inPlan.map(([name, paths]) => [name, paths.map((path) => `${registry}/${path}`)])));
      assert.deepEqual(publishedElsewhere(plan), []);
    });

    it(`the registry fetches each of them from its maker in ${environment}`, async () => {
      const plan = await planned();
      const rules = all(plan, "azure-native:containerregistry:CacheRule").map(inputs);
      const fetched = Object.fromEntries(rules.map((rule) => [String(rule["targetRepository"]), rule["sourceRepository"]]));
      const run = [...new Set(Object.values(imagesOf(plan)).flat())].map((address) => address.slice(address.indexOf("/") + 1));
      const makers = new Map<string, string>(Object.values(images).map(({ registry, repository }) => [repository, `${registry}/${repository}`]));
      assert.deepEqual(run.filter((path) => fetched[path] === undefined || fetched[path] !== makers.get(path)), []);
      assert.ok(run.length > 0);
    });
  }

  it("no release or pod is left out of these checks", async () => {
    const plan = await plans["everything"]?.();
    assert.ok(plan);
    const running = plan.resources.filter(({ type }) => /^kubernetes:(apps|batch|helm\.sh)\//.test(type)).map(calledInCluster);
    assert.deepEqual(running.sort(), [...Object.keys(expected), "Release istio-ingress/istio-ingress", "Release istio-system/istio-base"].sort());
  });
});
