import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { Lab, Pod, startLab, until } from "./lab";
import { removeLeftovers } from "./leftovers";
import { namespaces, processesIn, runs } from "./network";

/* That the lab itself works, and that nothing of it stays. What the platform does in it is in claims. */

const server = 'require("node:http").createServer((request, response) => response.end(JSON.stringify(request.headers))).listen(8080)';

const url = "http://web.shop.svc.cluster.local/";

const objects = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "istio-injection": "enabled", "pod-security.kubernetes.io/enforce": "restricted" } } },
  { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "shop" }, spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80, targetPort: 8080 }] } },
  { apiVersion: "security.istio.io/v1", kind: "PeerAuthentication", metadata: { name: "default", namespace: "istio-system" }, spec: { mtls: { mode: "STRICT" } } },
];

describe("a mesh on one machine", function () {
  this.timeout(120_000);
  let lab: Lab;
  let web: Pod;
  let client: Pod;
  let plain: Pod;

  before(async () => {
    lab = await startLab();
    await lab.kube.apply(objects);
    [web, client, plain] = await Promise.all([
      lab.pod({ namespace: "shop", name: "web", labels: { app: "web" }, mesh: "sidecar", command: ["node", "-e", server] }),
      lab.pod({ namespace: "shop", name: "client", mesh: "sidecar" }),
      lab.pod({ namespace: "shop", name: "plain", mesh: "none" }),
    ]);
    await until("the client's proxy to know of the server", async () => (await client.request({ url })).status !== 503);
  });

  afterEach(function () {
    if (this.currentTest?.state === "failed") lab.keep();
  });

  after(() => lab?.stop());

  it("takes a call from sidecar to sidecar", async () => {
    const { status, body } = await client.request({ url });
    assert.equal(status, 200);
    // The server's proxy says who called: so the connection was a mutual one.
    assert.match(body, /URI=spiffe:\/\/cluster\.local\/ns\/shop\/sa\/default/);
  });

  it("refuses a plain call", async () => {
    assert.equal((await plain.request({ url: `http://${web.address}:8080/` })).status, "closed");
  });

  it("has pods answer from their own network alone", async () => {
    assert.equal((await plain.request({ url: "http://127.0.0.1:8080/" })).status, "refused");
    assert.equal((await web.request({ url: "http://127.0.0.1:8080/" })).status, 200);
  });

  it("has no way out", async () => {
    // A documentation address, which leads nowhere from anywhere else.
    assert.notEqual((await plain.request({ url: "http://192.0.2.1/", timeout: 2_000 })).status, 200);
    assert.equal((await lab.control.run(["ip", "-json", "link", "show", "type", "veth"])).stdout.includes('"link_netnsid"'), true);
    assert.equal((await lab.control.run(["ip", "route", "show", "default"])).stdout, "");
  });

  it("refuses an object with a field that its kind has not", async () => {
    const [, service] = objects;
    assert.ok(service);
    await assert.rejects(lab.kube.apply([{ ...service, spec: { ...service.spec, portz: [] } }]), /Service shop\/web: 500: .*portz: field not declared in schema/);
  });

  it("refuses an object that istiod has something against", async () => {
    const gateway = { apiVersion: "networking.istio.io/v1", kind: "Gateway", metadata: { name: "wrong", namespace: "shop" }, spec: { servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: [] }] } };
    await assert.rejects(lab.kube.apply([gateway]), /Gateway shop\/wrong: 400: .*validation\.istio\.io/);
  });

  it("has one lab in a process", async () => {
    await assert.rejects(startLab(), /has a lab already/);
  });

  it("leaves nothing when it is stopped", async () => {
    const { folder } = lab;
    const processes = namespaces(process.pid).flatMap(processesIn);
    assert.ok(processes.length > 8);
    await lab.stop();
    assert.deepEqual(namespaces(process.pid), []);
    assert.deepEqual(processes.filter(runs), []);
    assert.equal(fs.existsSync(folder), lab.keeps);
    await lab.stop();
  });
});

describe("a mesh whose run is ended", function () {
  this.timeout(120_000);

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`leaves nothing after ${signal}`, async () => {
      const { run, processes, folder } = await otherLab();
      run.kill(signal);
      await until("the run to end", () => run.exitCode !== null || run.signalCode !== null);
      assert.deepEqual(namespaces(run.pid), []);
      await until("its processes to end", () => !processes.some(runs), { within: 5_000 });
      assert.equal(fs.existsSync(folder), false);
    });
  }

  it("is cleaned up by the next when it could not do so itself", async () => {
    const { run, processes, folder } = await otherLab();
    run.kill("SIGKILL");
    await until("the run to end", () => run.signalCode !== null);
    assert.notDeepEqual(namespaces(run.pid), []);
    removeLeftovers();
    assert.deepEqual(namespaces(run.pid), []);
    assert.equal(fs.existsSync(folder), false);
    await until("its processes to end", () => !processes.some(runs), { within: 5_000 });
  });
});

/** A lab of another process, with an outer machine in it; it waits for its end. */
async function otherLab(): Promise<{ run: ReturnType<typeof spawn>; processes: number[]; folder: string }> {
  const program = `const { startLab } = require(${JSON.stringify(path.join(__dirname, "lab.ts"))});
    startLab({ istiod: false }).then(async (lab) => { await lab.outside("elsewhere.example"); console.log(lab.folder); setInterval(() => undefined, 1000); });`;
  const run = spawn(process.execPath, ["--require", "ts-node/register", "--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
  const folder = await new Promise<string>((resolve, reject) => {
    run.stdout.once("data", (line: Buffer) => resolve(line.toString().trim()));
    run.once("exit", () => reject(new Error("The other run ended before its lab was up.")));
  });
  const processes = namespaces(run.pid).flatMap(processesIn);
  assert.ok(processes.length >= 3);
  return { run, processes, folder };
}
