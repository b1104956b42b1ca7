import * as assert from "node:assert/strict";
import { architectureOf } from "../../cli/diagram/architecture";
import { drawArchitecture } from "../../cli/diagram/draw";
import { Box, boxesOf, columns, Diagram, Edge, Group } from "../../cli/diagram/model";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { Properties } from "../../simulator/engine/values";
import { inputs } from "../support/record";
import { platformPlan } from "./platformPlan";

describe("the picture of the architecture", () => {
  let dev: Plan;
  let prod: Plan;

  before(async function () {
    this.timeout(60_000);
    dev = await platformPlan("dev");
    prod = await platformPlan("prod");
  });

  it("shows the way of a request from the hosts to the app", () => {
    const diagram = architectureOf(dev);
    const titles = ["App hosts", "Endpoint", "Origin", "Private link approval", "Private link service", "Istio ingress gateway", "echo"];
    assert.deepEqual(
      diagram.edges.filter((edge) => edge.kind === "request").map((edge) => [titleOf(diagram, edge.from), titleOf(diagram, edge.to)]),
      titles.slice(1).map((title, index) => [titles[index], title]),
    );
  });

  it("shows that the gateway has the sign-in checked, and who calls whom behind it", () => {
    const diagram = architectureOf(dev);
    const between = (kind: Edge["kind"]): string[] => diagram.edges.filter((edge) => edge.kind === kind).map((edge) => `${titleOf(diagram, edge.from)} -> ${titleOf(diagram, edge.to)}`).sort();
    assert.deepEqual(between("check"), ["Istio ingress gateway -> oauth2-proxy"]);
    assert.deepEqual(between("uses"), [
      "kayenta -> kayenta-redis",
      "kayenta -> pep-acme-dev-storage-kayenta",
      "kayenta -> prometheus",
      "oauth2-proxy -> oauth2-proxy-redis",
      "pep-acme-dev-registry -> API server",
      "registry-purge -> pep-acme-dev-registry",
    ]);
    assert.deepEqual(between("control"), ["Istio control plane -> Istio ingress gateway", "Web application firewall -> Endpoint", "cert-manager -> Istio ingress gateway"]);
    assert.deepEqual(linesOf(diagram, "echo"), ["2 pods", "echo.dev.example.com", "private.dev.example.com (sign-in)"]);
    assert.deepEqual(linesOf(diagram, "oauth2-proxy"), ["2 pods", "guards guestbook.dev.example.com", "guards private.dev.example.com"]);
  });

  const withoutProof: readonly { readonly why: string; readonly type: string; readonly named: RegExp; readonly path: readonly string[]; readonly value: unknown; readonly lost: string }[] = [
    { why: "a policy that asks nobody", type: "AuthorizationPolicy", named: /^sign-in-.*-check$/, path: ["spec", "action"], value: "DENY", lost: "Istio ingress gateway -> oauth2-proxy" },
    { why: "a provider that the mesh does not know", type: "AuthorizationPolicy", named: /^sign-in-.*-check$/, path: ["spec", "provider", "name"], value: "other", lost: "Istio ingress gateway -> oauth2-proxy" },
    { why: "a policy for other pods than the gateway's", type: "AuthorizationPolicy", named: /^sign-in-.*-check$/, path: ["spec", "selector", "matchLabels"], value: { app: "other" }, lost: "Istio ingress gateway -> oauth2-proxy" },
    { why: "a policy that allows nobody", type: "AuthorizationPolicy", named: /^kayenta-redis-access-mesh$/, path: ["spec", "rules"], value: [], lost: "kayenta -> kayenta-redis" },
    { why: "a policy in another namespace", type: "AuthorizationPolicy", named: /^kayenta-metrics-mesh$/, path: ["metadata", "namespace"], value: "other", lost: "kayenta -> prometheus" },
    { why: "a certificate that the gateway does not show", type: "Certificate", named: /^certificates-gateway$/, path: ["spec", "secretName"], value: "other", lost: "cert-manager -> Istio ingress gateway" },
  ];
  for (const { why, type, named, path, value, lost } of withoutProof) {
    it(`draws no arrow for ${why}`, () => {
      const drawn = (plan: Plan): string[] => {
        const diagram = architectureOf(plan);
        return diagram.edges.map((edge) => `${titleOf(diagram, edge.from)} -> ${titleOf(diagram, edge.to)}`);
      };
      const resources = dev.resources.map((resource) => (named.test(resource.name) && resource.type.endsWith(`:${type}`) ? { ...resource, inputs: changed(resource.inputs, path, value) } : resource));
      assert.deepEqual(drawn({ ...dev, resources }).sort(), drawn(dev).filter((edge) => edge !== lost).sort());
      assert.ok(drawn(dev).includes(lost));
    });
  }

  it("says that Front Door speaks HTTPS to the gateway, where every route has it so", () => {
    const route = "azure-native:cdn:Route";
    const plain = dev.resources.map((resource) => (resource.type === route ? { ...resource, inputs: { ...resource.inputs, forwardingProtocol: "MatchRequest" } } : resource));
    const labelIn = (plan: Plan): string | undefined => {
      const diagram = architectureOf(plan);
      return diagram.edges.find((edge) => titleOf(diagram, edge.to) === "Private link service")?.label;
    };
    assert.deepEqual([labelIn(dev), labelIn({ ...dev, resources: plain })], ["HTTPS over private link", "private link"]);
  });

  it("shows which key encrypts what", () => {
    const diagram = architectureOf(dev);
    assert.deepEqual(
      diagram.edges.filter((edge) => edge.kind === "key").map((edge) => `${titleOf(diagram, edge.from)} -> ${titleOf(diagram, edge.to)}`).sort(),
      [
        "Disk encryption set -> API server",
        "Key: disks -> Disk encryption set",
        "Key: registry -> Container registry",
        "Key: storage -> Storage account",
        "Key: storage -> Storage account",
      ],
    );
  });

  it("puts each workload on its pool, in its namespace", () => {
    const [cluster] = groupsBelow(architectureOf(prod).groups, "cluster");
    const places = (cluster?.groups ?? []).flatMap((pool) => pool.groups.flatMap((namespace) => namespace.boxes.map((box) => [box.title, [pool.title, namespace.title]] as const)));
    const placeOf = new Map(places);
    assert.deepEqual(placeOf.get("Istio control plane"), ["Pool system: 3 to 6 × D4ds_v5, zones 1 2 3", "namespace istio-system"]);
    assert.deepEqual(placeOf.get("Istio ingress gateway"), ["Pool ingress: 3 to 9 × D4ds_v5, zones 1 2 3", "namespace istio-ingress"]);
    assert.deepEqual(placeOf.get("echo"), ["Pool user: 3 to 30 × D8ds_v5, zones 1 2 3", "namespace echo"]);
    assert.deepEqual(placeOf.get("registry-purge"), ["Pool user: 3 to 30 × D8ds_v5, zones 1 2 3", "namespace registry-purge"]);
    assert.deepEqual(placeOf.get("Istio CNI agent"), ["On every node", "namespace istio-cni"]);
  });

  it("shows the network of the runner only where there is one", () => {
    const titles = (plan: Plan): string[] => boxesOf(architectureOf(plan).groups).map((box) => box.title);
    assert.ok(titles(prod).includes("Network of the runner"));
    assert.ok(!titles(dev).includes("Network of the runner"));
  });

  it("stands for resources of the plan, box by box", () => {
    for (const plan of [dev, prod]) {
      const boxes = boxesOf(architectureOf(plan).groups);
      const known = new Set(plan.resources.map((resource) => resource.urn));
      assert.deepEqual(boxes.filter((box) => box.urns.length === 0 || !box.urns.every((urn) => known.has(urn))), []);
      assert.equal(new Set(boxes.map((box) => box.id)).size, boxes.length);
    }
  });

  it("has no edge that the plan doesn't have", () => {
    for (const plan of [dev, prod]) {
      const diagram = architectureOf(plan);
      assert.ok(diagram.edges.length >= 18);
      for (const edge of diagram.edges) checkPath(plan, diagram, edge);
    }
  });

  const parts: readonly { readonly off: string; readonly named?: string; readonly without: readonly string[]; readonly edges?: readonly string[] }[] = [
    { off: "azure-native:frontdoor:Policy", without: ["Web application firewall"] },
    { off: "pulumi-nodejs:dynamic/deliveryPlatform:PrivateLinkApproval", without: ["Private link approval"], edges: ["Origin -> Private link service"] },
    { off: "azure-native:operationalinsights:Workspace", without: ["Log Analytics"] },
    { off: "kubernetes:batch/v1:CronJob", without: ["registry-purge"] },
    { off: "kubernetes:apps/v1:Deployment", named: "echo-server", without: ["echo"] },
    { off: "azure-native:containerregistry:Registry", without: ["Container registry"] },
    { off: "azure-native:privatedns:PrivateZone", without: ["Private DNS zones"] },
  ];
  for (const { off, named, without, edges = [] } of parts) {
    it(`loses the box of what is switched off: ${off}`, () => {
      const whole = boxesOf(architectureOf(dev).groups).map((box) => box.title);
      const diagram = architectureOf({ ...dev, resources: dev.resources.filter((resource) => resource.type !== off || (named !== undefined && resource.name !== named)) });
      const boxes = boxesOf(diagram.groups);
      assert.deepEqual(boxes.map((box) => box.title).sort(), whole.filter((title) => !without.includes(title)).sort());
      const ids = new Set(boxes.map((box) => box.id));
      assert.deepEqual(diagram.edges.filter((edge) => !ids.has(edge.from) || !ids.has(edge.to)), []);
      const drawn = diagram.edges.map((edge) => `${titleOf(diagram, edge.from)} -> ${titleOf(diagram, edge.to)}`);
      assert.deepEqual(edges.filter((edge) => !drawn.includes(edge)), []);
    });
  }

  it("draws no edge for a route that leads elsewhere", () => {
    const resources = dev.resources.map((resource) => (resource.type === "kubernetes:networking.istio.io/v1:VirtualService" && resource.name.startsWith("echo") ? { ...resource, inputs: {} } : resource));
    const diagram = architectureOf({ ...dev, resources });
    assert.ok(boxesOf(diagram.groups).some((box) => box.title === "echo"));
    assert.ok(!diagram.edges.some((edge) => titleOf(diagram, edge.to) === "echo"));
  });

  it("has the same boxes and edges in a first preview", async () => {
    const [preview, up] = [architectureOf(await platformPlan("dev", "preview")), architectureOf(dev)];
    assert.deepEqual(boxesOf(preview.groups).map((box) => box.id), boxesOf(up.groups).map((box) => box.id));
    assert.deepEqual(preview.edges.map(({ from, to }) => [from, to]), up.edges.map(({ from, to }) => [from, to]));
  });

  it("is an image with a title and a description, and the same each time", async () => {
    const svg = await drawArchitecture(dev);
    assert.match(svg, /^<svg [^>]*role="img" aria-labelledby="title description"/);
    assert.match(svg, /<title id="title">test: dev<\/title>/);
    assert.match(svg, /<desc id="description">[^<]*Azure Front Door Premium/);
    const diagram = architectureOf(dev);
    assert.equal(svg.match(/class="node"/g)?.length, boxesOf(diagram.groups).length);
    assert.equal(svg.match(/class="edge"/g)?.length, diagram.edges.length);
    assert.equal(await drawArchitecture(dev), svg);
  });

  it("draws the way of a request as one straight line, and what is around it in the order of the diagram", async () => {
    for (const plan of [dev, prod]) {
      const diagram = architectureOf(plan);
      const heights = heightsOf(await drawArchitecture(plan));
      assert.equal(heights.size, boxesOf(diagram.groups).length);
      assert.equal(new Set(diagram.edges.filter(({ kind }) => kind === "request").flatMap(({ from, to }) => [heights.get(from), heights.get(to)])).size, 1);
      for (const column of columns) {
        const ids = boxesOf(diagram.groups).filter((box) => box.column === column).map(({ id }) => id);
        const places = ids.map((id) => heights.get(id) ?? NaN);
        assert.deepEqual(places, [...places].sort((a, b) => a - b), ids.join(", "));
      }
    }
  });

  it("shows names as they are, whatever is in them", async () => {
    const resource: RecordedResource = { urn: "urn:pulumi:dev::test::azure-native:keyvault:Key::a", type: "azure-native:keyvault:Key", name: 'a"b\\', custom: true, inputs: { keyName: "<b>&" }, outputs: {} };
    assert.match(await drawArchitecture({ ...dev, resources: [resource] }), /Key: &lt;b&gt;&amp;/);
  });

  it("can be drawn of a program that has nothing to show", async () => {
    assert.match(await drawArchitecture({ ...dev, resources: [] }), /^<svg /);
  });
});

function titleOf(diagram: Diagram, id: string): string | undefined {
  return boxesOf(diagram.groups).find((box: Box) => box.id === id)?.title;
}

function linesOf(diagram: Diagram, title: string): readonly string[] | undefined {
  return boxesOf(diagram.groups).find((box) => box.title === title)?.lines;
}

/** Properties with another value at a path. */
function changed(properties: Properties, [key = "", ...rest]: readonly string[], value: unknown): Properties {
  return { ...properties, [key]: rest.length === 0 ? value : changed(properties[key] as Properties, rest, value) };
}

/** The height of each box's middle in a picture. */
function heightsOf(svg: string): Map<string, number> {
  const boxes = [...svg.matchAll(/class="node">\s*<title>([^<]*)<\/title>(.*?)<\/g>\s*<\/g>/gs)];
  return new Map(
    boxes.map(([, id = "", drawn = ""]) => {
      const ys = [...(/<path [^>]*d="([^"]*)"/.exec(drawn)?.[1] ?? "").matchAll(/,(-?[\d.]+)/g)].map(([, y]) => Number(y));
      return [id.replace(/&#45;/g, "-"), Math.round((Math.min(...ys) + Math.max(...ys)) / 2)];
    }),
  );
}

function groupsBelow(groups: readonly Group[], id: string): Group[] {
  return groups.flatMap((group) => [...(group.id === id ? [group] : []), ...groupsBelow(group.groups, id)]);
}

/** Each resource on an edge's path and the next: one waits for the other, or the text of one names the other or its labels. */
function checkPath(plan: Plan, diagram: Diagram, edge: Edge): void {
  const boxes = boxesOf(diagram.groups);
  const path = edge.path.map((urn) => plan.resources.find((resource) => resource.urn === urn) as RecordedResource);
  assert.ok(boxes.find((box) => box.id === edge.from)?.urns.includes(edge.path[0] ?? ""));
  assert.ok(boxes.find((box) => box.id === edge.to)?.urns.includes(edge.path.at(-1) ?? ""));
  assert.ok(path.length >= 2);
  path.slice(1).forEach((resource, index) => {
    const before = path[index] as RecordedResource;
    const waits = (a: RecordedResource, b: RecordedResource): boolean => a.dependencies?.includes(b.urn) === true || a.provider?.startsWith(`${b.urn}::`) === true;
    const connected = waits(before, resource) || waits(resource, before) || mentions(before, resource) || mentions(resource, before);
    assert.ok(connected, `${edge.from} -> ${edge.to}: ${before.urn} and ${resource.urn} have nothing to do with one another`);
  });
}

/** One's text names the other, its pods by label or by who they are in the mesh, or the Secret that it fills. */
function mentions(by: RecordedResource, named: RecordedResource): boolean {
  const { name, namespace, metadata = { name, namespace }, spec = {} } = inputs(named) as Mentioned;
  if (metadata.name === undefined || metadata.namespace === undefined) return false;
  const text = JSON.stringify(inputs(by));
  const called = [`"${metadata.namespace}/${metadata.name}"`, `"${metadata.name}.${metadata.namespace}.svc.`, `"cluster.local/ns/${metadata.namespace}/sa/${spec.template?.spec.serviceAccountName ?? metadata.name}"`];
  if (spec.secretName !== undefined) called.push(`"${spec.secretName}"`);
  if (spec.selector !== undefined) called.push(JSON.stringify(spec.selector.matchLabels ?? spec.selector));
  if (named.type.endsWith(":Release") && text.includes(`"namespace":"${namespace}"`)) called.push(`"app.kubernetes.io/instance":"${name}"`);
  return called.some((one) => text.includes(one));
}

interface Mentioned {
  readonly name?: string;
  readonly namespace?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: { readonly secretName?: string; readonly selector?: { readonly matchLabels?: unknown }; readonly template?: { readonly spec: { readonly serviceAccountName?: string } } };
}
