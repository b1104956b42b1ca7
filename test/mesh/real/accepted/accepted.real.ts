import * as fs from "node:fs";
import { isRecord } from "../../../../simulator/engine/values";
import { changed, named, partOf } from "../claims/objects";
import { releaseOf } from "../claims/planned";
import { nameOf } from "../lab/kube";
import { until } from "../lab/lab";
import { analyze, findingText } from "./analysis";
import { defaults, made, renderable } from "./charts";
import { declarationProblems } from "./declared";
import { isKnown, levels } from "./known";
import { notTaken, takenMeshConfig } from "./meshConfig";
import { caught, holds } from "./outcome";
import { ClusterName, clusterNames } from "./programs";
import { mistakes, oversights, podMistakes, wrongValues } from "./refusals";
import { missing } from "./stored";
import { refusal, Trial } from "./trial";
import { KnownEffects, valuesWithoutEffect, withValue } from "./values";

const effects = new KnownEffects();

for (const name of clusterNames) {
  describe(`${name}: the real servers accept it`, function () {
    let running: Trial | undefined;
    const trial = (): Trial => {
      if (running === undefined) throw new Error("The cluster has not started.");
      return running;
    };
    this.timeout(180_000);

    before(async function () {
      this.timeout(300_000);
      running = await Trial.start(name);
    });

    after(() => running?.lab.stop());

    afterEach(function () {
      if (this.currentTest?.state === "failed") running?.lab.keep();
    });

    testObjects(name, trial);
    testCharts(name, trial);
    testPods(name, trial);
    if (name === "dev") testMistakes(trial);
  });
}

function testObjects(cluster: ClusterName, trial: () => Trial): void {
  it("each object in the order of registration, and nothing is dropped of it", async () => {
    const { ownObjects } = trial();
    const { refused, stored } = await trial().apply(ownObjects);
    const dropped = ownObjects.flatMap((object) => missing(object, stored.get(nameOf(object))).map((place) => `${nameOf(object)}: ${place} was not stored`));
    holds({ cluster, id: "objects", claims: "every object of the program is accepted as it is", request: `${ownObjects.length} objects applied with strict field validation`, problems: [...refused, ...dropped, ...unknownWarnings(trial())] });
  });

  it("what the charts make of the program's values", async () => {
    const { chartObjects } = trial();
    const { refused } = await trial().apply([...chartObjects, ...trial().standIns]);
    holds({ cluster, id: "chart-objects", claims: "every object of the charts is accepted", request: `${chartObjects.length} rendered objects applied with strict field validation`, problems: [...refused, ...unknownWarnings(trial())] });
  });

  it("everything a second time, and nothing changes", async () => {
    const objects = [...trial().ownObjects, ...trial().chartObjects];
    const before = (await trial().apply(objects)).stored;
    const { refused, stored } = await trial().apply(objects);
    const version = (of: ReadonlyMap<string, object>, name: string): unknown => partOf(of.get(name), ["metadata", "resourceVersion"]);
    const altered = [...stored.keys()].filter((name) => version(stored, name) !== version(before, name));
    holds({ cluster, id: "twice", claims: "applying the same again changes nothing", request: `${objects.length} objects applied again`, problems: [...refused, ...altered.map((name) => `${name} has changed`), ...unknownWarnings(trial())] });
  });
}

function testCharts(cluster: ClusterName, trial: () => Trial): void {
  it("the charts' values: Helm refuses none, and each is to a purpose", async () => {
    const problems: string[] = [];
    for (const [release, { values }] of renderable(trial().platform)) problems.push(...(await valuesWithoutEffect(release, values, trial().views, defaults, effects)));
    holds({ cluster, id: "values", claims: "every value that a chart is given is one of the chart's, and does something", request: "the charts rendered with and without each value", problems });
  });

  it("the mesh's configuration: istiod has taken each key", () => {
    const wanted = releaseOf(trial().platform, "istiod").values["meshConfig"];
    holds({ cluster, id: "mesh-config", claims: "istiod has each key of the mesh's configuration", request: "what istiod says that it has taken", problems: notTaken(wanted, takenMeshConfig(fs.readFileSync(trial().lab.istiod.log, "utf8"))) });
  });

  it("what the components declare of the charts: that they make, and nothing else", () => {
    const problems = renderable(trial().platform).flatMap(([release, { declares }]) => declarationProblems(release, declares, trial().charts[release] ?? []));
    holds({ cluster, id: "declared", claims: "charts make the Services, ports, accounts and labels that the components declare", request: "the charts rendered with the program's values", problems });
  });
}

function testPods(cluster: ClusterName, trial: () => Trial): void {
  it("each pod as the injector returns it, under its namespace's level", async () => {
    const { pods, ownObjects } = trial();
    const { refused, admitted } = await trial().makePods(pods);
    const namespaces = ownObjects.filter(({ kind }) => kind === "Namespace");
    const wrong = namespaces.flatMap((object) => {
      const { name, labels = {} } = object.metadata;
      const level = labels["pod-security.kubernetes.io/enforce"];
      return level === (levels[name]?.level ?? "restricted") ? [] : [`pods of ${name} keep to ${level ?? "nothing"}`];
    });
    const bare = admitted.flatMap((pod) => {
      const { labels = {} } = named(namespaces, `Namespace ${pod.metadata.namespace}`).metadata;
      const wanted = labels["istio-injection"] === "enabled";
      const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
      const injected = containers.some(({ name }) => name === "istio-proxy");
      const redirects = containers.filter(({ securityContext }) => securityContext?.capabilities?.add?.includes("NET_ADMIN"));
      return [
        ...(wanted === injected ? [] : [`${nameOf(pod)} has ${injected ? "a proxy" : "no proxy"}`]),
        ...redirects.map(({ name }) => `${nameOf(pod)}: its container ${name} may change the network of the pod`).filter(() => levels[pod.metadata.namespace] === undefined),
      ];
    });
    holds({ cluster, id: "pods", claims: "every pod is admitted under `restricted` as the injector returns it, and changes no network itself", request: `${pods.length} pods made of the workloads' templates`, problems: [...refused, ...wrong, ...bare, ...unknownWarnings(trial())] });
  });

  it("the whole, as istioctl sees it", async () => {
    const { refused } = await trial().makePods(trial().standInPods);
    const findings = (await analyze(trial().lab)).filter(({ origin, message }) => !isKnown(origin, message));
    trial().warnings();
    holds({ cluster, id: "analyze", claims: "`istioctl analyze` finds nothing above the level of information", request: "istioctl analyze --all-namespaces", problems: [...refused, ...findings.map(findingText)] });
  });
}

function testMistakes(trial: () => Trial): void {
  for (const mistake of mistakes) {
    it(`refused: ${mistake.what}`, async () => {
      const object = changed(named(trial().ownObjects, mistake.object), mistake);
      caught("objects", mistake.what, await refusal(trial().lab.kube.apply([object], { dryRun: true })), mistake.says);
    });
  }

  for (const mistake of podMistakes) {
    it(`refused: ${mistake.what}`, async () => {
      const pod = named(trial().pods, mistake.object);
      const object = changed({ ...pod, metadata: { ...pod.metadata, name: "try" } }, mistake);
      caught("pods", mistake.what, await refusal(trial().lab.kube.create(object, { dryRun: true })), mistake.says);
    });
  }

  it("refused: a pod whose redirection the injector does itself, where the node's agent is not there for it", async () => {
    const { lab, platform, pods } = trial();
    const values = releaseOf(platform, "istiod").values;
    const injector = async (of: typeof values): Promise<void> => {
      const objects = await made(lab.control, platform, "istiod", of);
      await lab.kube.apply([named(objects, "ConfigMap istio-system/istio-sidecar-injector")]);
    };
    const pod = named(pods, "Pod echo/echo-0");
    const answer = (): Promise<string | undefined> => refusal(lab.kube.create({ ...pod, metadata: { ...pod.metadata, name: "try" } }, { dryRun: true }));
    await injector(withValue(values, ["cni", "enabled"], false));
    const refused = await until("the injector to redirect by itself", answer);
    await injector(values);
    await until("the injector to be as it was", async () => (await answer()) === undefined);
    caught("pods", "istiod without the node's agent", refused, /violates PodSecurity "restricted:latest".*NET_ADMIN/);
  });

  for (const { what, release, path, value, says } of wrongValues) {
    it(`refused: ${what}`, async () => {
      const values = withValue(releaseOf(trial().platform, release).values, path, value);
      const answer = await valuesWithoutEffect(release, values, trial().views, defaults, effects).then(
        (useless) => useless.join("; "),
        (error: unknown) => String(error),
      );
      caught("values", what, answer, says);
    });
  }

  it("found: a declaration that the chart doesn't keep", () => {
    const { declares } = releaseOf(trial().platform, "cert-manager");
    const wrong = { ...declares, services: { ...declares.services, "cert-manager-webhook": { ports: { https: { port: 443, targetPort: 443 } } } } };
    const problems = declarationProblems("cert-manager", wrong, trial().charts["cert-manager"] ?? []);
    caught("declared", "another port of a Service", problems.join("; "), /ports of Service cert-manager-webhook: declared/);
  });

  it("found: a key of the mesh's configuration that there is not", () => {
    const wanted = releaseOf(trial().platform, "istiod").values["meshConfig"];
    const wrong = { ...(isRecord(wanted) && wanted), accessLogFormatt: "x" };
    caught("mesh-config", "a key that istiod does not know", notTaken(wrong, takenMeshConfig(fs.readFileSync(trial().lab.istiod.log, "utf8"))).join("; "), /^meshConfig\.accessLogFormatt is to be/);
  });

  for (const { what, change, finds } of oversights) {
    it(`found: ${what}`, async () => {
      const { lab, ownObjects } = trial();
      const original = named(ownObjects, change.object);
      const wrong = changed({ ...original, metadata: { ...original.metadata, name: change.name ?? original.metadata.name } }, change);
      await lab.kube.apply([wrong]);
      const findings = (await analyze(lab)).map(findingText);
      if (change.name === undefined) await lab.kube.apply([original]);
      else await lab.kube.remove(wrong);
      caught("analyze", what, findings.filter((text) => finds.test(text)).join("; ") || findings.join("; "), finds);
    });
  }
}

/** What the servers warned of since the last time, but for what is as it should be. */
function unknownWarnings(trial: Trial): string[] {
  return trial.warnings().filter((text) => {
    const [of = "", ...rest] = text.split(": ");
    return !isKnown(of, rest.join(": "));
  });
}
