import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import { Lab, Pod, startLab, until } from "./lab";
import { namespacesOf, processesIn, setSysctl } from "./network";
import { runs } from "./processes";

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

  it("has no way to the machine", async () => {
    const callers: (string | undefined)[] = [];
    const machine = net.createServer((socket) => {
      callers.push(socket.remoteAddress);
      socket.destroy();
    });
    await new Promise<void>((resolve) => machine.listen(0, resolve));
    const { port } = machine.address() as net.AddressInfo;
    // An address of one cable alone needs the cable's name with it.
    const addresses = Object.values(os.networkInterfaces()).flatMap((all = []) => all.filter(({ scopeid = 0 }) => scopeid === 0).map(({ address }) => address));
    try {
      await Promise.all(addresses.map((address) => tried((signal) => Promise.resolve(net.connect({ port, host: address, signal })))));
      assert.equal(callers.length, addresses.length, "the machine itself comes in at each address");
      await Promise.all([plain, client, lab.control].flatMap((place) => addresses.map((address) => tried((signal) => place.connect(address, port, signal)))));
      assert.deepEqual(callers.slice(addresses.length), []);
    } finally {
      machine.close();
    }
  });

  it("has cables between its own namespaces alone", async () => {
    const own = namespacesOf(labId());
    const cables = await Promise.all(own.map(cablesOf));
    // Each pod has one to the bridge, which is the other end of it.
    assert.equal(cables.flat().length, 2 * (own.length - 1));
    assert.deepEqual(cables.flat().filter(({ to }) => to === undefined || !own.includes(to)), []);
    assert.equal((await lab.control.run(["ip", "route", "show", "default"])).stdout, "");
  });

  it("gives a namespace settings of its network alone", async () => {
    setSysctl(plain.networkNamespace, "net.ipv4.ip_unprivileged_port_start", "80");
    assert.equal((await plain.run(["cat", "/proc/sys/net/ipv4/ip_unprivileged_port_start"])).stdout.trim(), "80");
    assert.throws(() => setSysctl(plain.networkNamespace, "kernel.shm_rmid_forced", "1"), /kernel\.shm_rmid_forced is no setting of a network namespace/);
    assert.throws(() => setSysctl(plain.networkNamespace, "net.ipv4.no_such", "1"), /net\.ipv4\.no_such=1 in .*: .*No such file/);
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
    const id = labId();
    const processes = processesIn(namespacesOf(id));
    assert.ok(processes.length > 8);
    await lab.stop();
    assert.deepEqual(namespacesOf(id), []);
    assert.deepEqual(processes.filter(runs), []);
    assert.equal(fs.existsSync(folder), lab.keeps);
    await lab.stop();
    await assert.rejects(lab.outside("late.example"), /The lab has been stopped/);
  });

  const labId = (): string => /^azure-delivery-(.*)-\d+$/.exec(lab.control.networkNamespace)?.[1] ?? "";

  /** The ends of cables in a namespace, each with the namespace that the other end is in. */
  async function cablesOf(namespace: string): Promise<{ readonly name: string; readonly to: string | undefined }[]> {
    const there = (command: readonly string[]): Promise<unknown> => lab.control.run(["ip", "-json", "-n", namespace, ...command]).then(({ stdout }) => JSON.parse(stdout || "[]"));
    const links = (await there(["link", "show", "type", "veth"])) as readonly { ifname: string; link_netnsid?: number }[];
    const known = (await there(["netns", "list-id"])) as readonly { nsid: number; name?: string }[];
    return links.map(({ ifname, link_netnsid: number }) => ({ name: `${ifname} in ${namespace}`, to: known.find(({ nsid }) => nsid === number)?.name }));
  }
});

/** Tries to connect, for two seconds at most, and says nothing of what came of it: a proxy takes what it then leads nowhere. */
async function tried(connect: (signal: AbortSignal) => Promise<net.Socket>): Promise<void> {
  try {
    const socket = await connect(AbortSignal.timeout(2_000));
    await new Promise((resolve) => socket.on("error", resolve).once("end", resolve).resume());
    socket.destroy();
  } catch {
    // It did not come about.
  }
}
