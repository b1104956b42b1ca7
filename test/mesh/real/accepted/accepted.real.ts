import assert from "node:assert/strict";
import { named, partOf } from "../claims/objects";
import { KubeObject, nameOf } from "../lab/kube";
import { found } from "../report/rows";
import { analyze, findingText } from "./analysis";
import { defaults, renderable } from "./charts";
import { checks } from "./checks";
import { ClusterName, clusterNames } from "./clusters";
import { declarationProblems } from "./declared";
import { isKnown, levels, unsaid } from "./known";
import { notTaken } from "./meshConfig";
import { holds } from "./outcome";
import { alterations } from "./stored";
import { testMistakes } from "./testMistakes";
import { Trial } from "./trial";
import { LookedAt, valuesWithoutEffect } from "./values";
import type { MadePod } from "./workloads";

const lookedAt = new LookedAt();

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
      found.clusters.push(running.about);
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

describe("what the servers say against objects, and is meant", () => {
  it("is still said", function () {
    // Not every server has spoken in a part of the tests.
    if (found.accepted.length < clusterNames.length * Object.keys(checks).length) this.skip();
    assert.deepEqual(unsaid(), []);
  });
});

function testObjects(cluster: ClusterName, trial: () => Trial): void {
  it("each object in the order of registration, as it was sent", () =>
    holds(cluster, "objects", async () => {
      const { ownObjects } = trial();
      const { refused, stored } = await trial().apply(ownObjects);
      const altered = ownObjects.flatMap((object) => alterations(object, stored.get(nameOf(object))).map((problem) => `${nameOf(object)}: ${problem}`));
      return [...refused, ...altered, ...unknownWarnings(trial())];
    }));

  it("what the charts make of the program's values", () =>
    holds(cluster, "chart-objects", async () => {
      const { refused } = await trial().apply([...trial().chartObjects, ...trial().standIns]);
      return [...refused, ...unknownWarnings(trial())];
    }));

  it("everything a second time, and nothing changes", () =>
    holds(cluster, "twice", async () => {
      const objects = [...trial().ownObjects, ...trial().chartObjects];
      const before = (await trial().apply(objects)).stored;
      const { refused, stored } = await trial().apply(objects);
      const version = (of: ReadonlyMap<string, object>, name: string): unknown => partOf(of.get(name), ["metadata", "resourceVersion"]);
      const altered = [...stored.keys()].filter((name) => version(stored, name) !== version(before, name));
      return [...refused, ...altered.map((name) => `${name} has changed`), ...unknownWarnings(trial())];
    }));
}

function testCharts(cluster: ClusterName, trial: () => Trial): void {
  it("the charts' values: Helm refuses none, and each is to a purpose", () =>
    holds(cluster, "values", async () => {
      const problems: string[] = [];
      for (const [release, { values }] of renderable(trial().platform)) problems.push(...(await lookedAt.useless({ release, values }, (given) => valuesWithoutEffect(given, trial().views, defaults))));
      return problems;
    }));

  it("the mesh's configuration: istiod has taken each key", () => holds(cluster, "mesh-config", async () => notTaken(trial().wantedMeshConfig, trial().takenMeshConfig)));

  it("what the components declare of the charts: that they make, and nothing else", () =>
    holds(cluster, "declared", async () => renderable(trial().platform).flatMap(([release, { declares }]) => declarationProblems(release, declares, trial().charts[release] ?? []))));
}

function testPods(cluster: ClusterName, trial: () => Trial): void {
  it("each pod as the injector returns it, under its namespace's level", () =>
    holds(cluster, "pods", async () => {
      const { pods, ownObjects } = trial();
      const { refused, admitted } = await trial().makePods(pods);
      const namespaces = ownObjects.filter(({ kind }) => kind === "Namespace");
      return [...refused, ...namespaces.flatMap(levelProblems), ...admitted.flatMap((pod) => podProblems(pod, namespaces)), ...unknownWarnings(trial())];
    }));

  it("the whole, as istioctl sees it", () =>
    holds(cluster, "analyze", async () => {
      const { refused } = await trial().makePods(trial().standInPods);
      const findings = (await analyze(trial().lab)).filter(({ origin, message }) => !isKnown(origin, message));
      trial().warnings();
      return [...refused, ...findings.map(findingText)];
    }));
}

/** The namespaces whose level is another than it should be. */
function levelProblems({ metadata: { name, labels = {} } }: KubeObject): string[] {
  const level = labels["pod-security.kubernetes.io/enforce"];
  return level === (levels[name]?.level ?? "restricted") ? [] : [`pods of ${name} keep to ${level ?? "nothing"}`];
}

/** What is wrong with a pod as it was admitted. */
function podProblems(pod: MadePod, namespaces: readonly KubeObject[]): string[] {
  const { labels = {} } = named(namespaces, `Namespace ${pod.metadata.namespace}`).metadata;
  const wanted = labels["istio-injection"] === "enabled";
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const injected = containers.some(({ name }) => name === "istio-proxy");
  const redirects = containers.filter(({ securityContext }) => securityContext?.capabilities?.add?.includes("NET_ADMIN"));
  return [
    ...(wanted === injected ? [] : [`${nameOf(pod)} has ${injected ? "a proxy" : "no proxy"}`]),
    ...redirects.map(({ name }) => `${nameOf(pod)}: its container ${name} may change the network of the pod`).filter(() => levels[pod.metadata.namespace] === undefined),
  ];
}

/** What the servers warned of since the last time, but for what is as it should be. */
function unknownWarnings(trial: Trial): string[] {
  return trial.warnings().filter((text) => {
    const [of = "", ...rest] = text.split(": ");
    return !isKnown(of, rest.join(": "));
  });
}
