import * as assert from "node:assert/strict";
import { AppPlatform } from "../../../components/apps/appPlatform";
import { TcpService } from "../../../components/apps/tcpService";
import { TcpServiceArgs } from "../../../components/apps/tcpService/args";
import { tcpRules } from "../../../components/apps/tcpService/rules";
import { settingsOf } from "../../../components/apps/tcpService/settings";
import { ArgumentError, formatProblems, Problem } from "../../../components/shared/errors";
import { testAppPlatform } from "../../support/appPlatform";
import { record } from "../../support/record";

interface Row {
  readonly rule: string;
  readonly change: Partial<TcpServiceArgs>;
  /** The path of each problem. */
  readonly paths: readonly string[];
  readonly words: RegExp;
}

const caller = (namespace: string, name = "shop", reason = "sells"): TcpServiceArgs["callers"][string] => ({ serviceAccount: { namespace, name }, reason });
const valid: Omit<TcpServiceArgs, "platform"> = {
  image: "docker.io/library/redis:8.10.0",
  port: { containerPort: 6379, name: "redis" },
  user: { uid: 999 },
  probe: { tcp: true },
  callers: { shop: caller("shop") },
};

/** A value that the compiler would refuse, as a program without types may give it. */
const untyped = <T>(value: unknown): T => value as T;

const rows: readonly Row[] = [
  { rule: "tcp-service-name", change: { service: "1db" }, paths: ["service"], words: /a letter first/ },
  { rule: "tcp-service-name", change: { service: "d".repeat(53) }, paths: ["service"], words: /1 to 52/ },
  { rule: "tcp-namespace", change: { service: "kube-cache" }, paths: ["service"], words: /the cluster or the platform/ },
  { rule: "tcp-namespace", change: { service: "billing" }, paths: ["service"], words: /the platform makes/ },
  { rule: "tcp-image", change: { image: "docker.io/library/redis" }, paths: ["image"], words: /which image/ },
  { rule: "tcp-image", change: { image: "docker.io/library/redis:latest" }, paths: ["image"], words: /latest/ },
  { rule: "tcp-port", change: { port: { containerPort: 1023, name: "redis" } }, paths: ["port.containerPort"], words: /1024 to 65535/ },
  { rule: "tcp-port-of-proxy", change: { port: { containerPort: 15006, name: "redis" } }, paths: ["port.containerPort"], words: /the proxy's own/ },
  { rule: "tcp-port-name", change: { port: { containerPort: 6379, name: "tcp-redis" } }, paths: ["port.name"], words: /without tcp-/ },
  { rule: "tcp-port-name", change: { port: { containerPort: 6379, name: "Redis" } }, paths: ["port.name"], words: /lower-case/ },
  { rule: "tcp-user", change: { user: { uid: 0 } }, paths: ["user.uid"], words: /root/ },
  { rule: "tcp-user", change: { user: { uid: 999, gid: 0 } }, paths: ["user.gid"], words: /root/ },
  { rule: "tcp-user-of-proxy", change: { user: { uid: 1337 } }, paths: ["user"], words: /without a look/ },
  { rule: "tcp-storage-size", change: { storage: { sizeGi: 1.5, mountPath: "/data" } }, paths: ["storage.sizeGi"], words: /1 to 32767 GiB/ },
  { rule: "tcp-storage-size", change: { storage: { sizeGi: 32768, mountPath: "/data", storageClass: "uncached" } }, paths: ["storage.sizeGi"], words: /1 to 32767 GiB/ },
  { rule: "tcp-storage-cached", change: { storage: { sizeGi: 4096, mountPath: "/data" } }, paths: ["storage.sizeGi"], words: /cachingMode: None/ },
  ...["Managed", "managed_csi", "a..b", ""].map((storageClass) => ({ rule: "tcp-storage-class", change: { storage: { sizeGi: 8, mountPath: "/data", storageClass } }, paths: ["storage.storageClass"], words: /kubectl get storageclass/ })),
  { rule: "tcp-paths", change: { writable: [`/${"w".repeat(57)}`] }, paths: ["writable"], words: /up to 57/ },
  { rule: "tcp-paths", change: { files: { [`/${"f".repeat(254)}`]: "" } }, paths: ["files"], words: /up to 254/ },
  { rule: "tcp-paths", change: { storage: { sizeGi: 8, mountPath: `/${"d".repeat(4095)}` } }, paths: ["storage.mountPath"], words: /up to 4095/ },
  { rule: "tcp-paths", change: { storage: { sizeGi: 8, mountPath: "data" } }, paths: ["storage.mountPath"], words: /whole path/ },
  { rule: "tcp-paths", change: { storage: { sizeGi: 8, mountPath: "/proc/data" } }, paths: ["storage.mountPath"], words: /whole path/ },
  { rule: "tcp-paths", change: { writable: ["/"] }, paths: ["writable"], words: /whole path/ },
  { rule: "tcp-paths", change: { files: { "/etc/../shadow": "" } }, paths: ["files"], words: /whole path/ },
  { rule: "tcp-paths-apart", change: { storage: { sizeGi: 8, mountPath: "/tmp" }, writable: ["/tmp"] }, paths: ["writable"], words: /taken/ },
  { rule: "tcp-paths-apart", change: { files: { "/etc/a-b": "", "/etc/a/b": "" } }, paths: ["files"], words: /taken/ },
  { rule: "tcp-files-size", change: { files: { "/etc/big": "x".repeat(1024 * 1024) } }, paths: ["files"], words: /1048576 bytes/ },
  { rule: "tcp-variable-names", change: { env: { "REDIS-ARGS": "" } }, paths: ['env["REDIS-ARGS"]'], words: /variable/ },
  { rule: "tcp-variable-twice", change: { env: { PASSWORD: "" }, secretEnv: { PASSWORD: "" } }, paths: ['secretEnv["PASSWORD"]'], words: /`env` as well/ },
  { rule: "tcp-variable-of-secret", change: { env: { URL: "redis://:$(PASSWORD)@cache" }, secretEnv: { PASSWORD: "" } }, paths: ['env["URL"]'], words: /before the secret ones/ },
  { rule: "tcp-variable-of-secret", change: { env: { WORD: "$(PASSWORD)" }, args: ["$(WORD)"], secretEnv: { PASSWORD: "" } }, paths: ['env["WORD"]'], words: /Move it to `secretEnv`/ },
  { rule: "tcp-secret-argument", change: { args: ["--requirepass", "$(PASSWORD)"], secretEnv: { PASSWORD: "" } }, paths: ["args"], words: /process' arguments/ },
  { rule: "tcp-secret-argument", change: { probe: { exec: ["redis-cli", "-a", "$(PASSWORD)", "ping"] }, secretEnv: { PASSWORD: "" } }, paths: ["probe.exec"], words: /process' arguments/ },
  { rule: "tcp-probe", change: { probe: untyped({ exec: ["true"], tcp: true }) }, paths: ["probe"], words: /exec and tcp/ },
  { rule: "tcp-probe", change: { probe: untyped({ startupSeconds: 60 }) }, paths: ["probe"], words: /neither/ },
  { rule: "tcp-probe", change: { probe: untyped({ tcp: false }) }, paths: ["probe"], words: /tcp: true/ },
  { rule: "tcp-probe-command", change: { probe: { exec: [] } }, paths: ["probe.exec"], words: /no command/ },
  { rule: "tcp-probe-startup", change: { probe: { tcp: true, startupSeconds: 901 } }, paths: ["probe.startupSeconds"], words: /5 to 900/ },
  { rule: "tcp-stop", change: { stopSeconds: 0 }, paths: ["stopSeconds"], words: /1 to 3600/ },
  { rule: "tcp-quantities", change: { resources: { cpu: "100 m" } }, paths: ["resources.cpu"], words: /not a quantity/ },
  { rule: "tcp-memory-limit", change: { resources: { memory: "2Gi", memoryLimit: "1Gi" } }, paths: ["resources.memory"], words: /1Gi/ },
  { rule: "tcp-callers", change: { callers: {} }, paths: ["callers"], words: /one caller/ },
  { rule: "tcp-caller-account", change: { callers: { all: caller("*") } }, paths: ['callers["all"].serviceAccount.namespace'], words: /without `\*`/ },
  { rule: "tcp-caller-account", change: { callers: { old: caller("legacy") } }, paths: ['callers["old"].serviceAccount.namespace'], words: /outside the mesh/ },
  { rule: "tcp-caller-account", change: { callers: { system: caller("kube-system") } }, paths: ['callers["system"].serviceAccount.namespace'], words: /outside the mesh/ },
  { rule: "tcp-caller-labels", change: { callers: { shop: { ...caller("shop"), podLabels: { app: "a b" } } } }, paths: ['callers["shop"].podLabels["app"]'], words: /a pod can have/ },
  { rule: "tcp-caller-twice", change: { callers: { one: caller("shop"), other: caller("shop") } }, paths: ['callers["other"]'], words: /another entry/ },
  { rule: "tcp-caller-gateway", change: { callers: { gateway: caller("istio-ingress", "istio-ingress") } }, paths: ['callers["gateway"]'], words: /the platform's gateway/ },
  { rule: "tcp-caller-reason", change: { callers: { shop: caller("shop", "shop", " ") } }, paths: ['callers["shop"].reason'], words: /1 to 256 characters/ },
  { rule: "tcp-connections-max", change: { connections: { max: 0 } }, paths: ["connections.max"], words: /from 1/ },
  { rule: "tcp-connections-durations", change: { connections: { connectTimeout: "5" } }, paths: ["connections.connectTimeout"], words: /as 250ms/ },
  { rule: "tcp-connections-durations", change: { connections: { keepalive: "10ms" } }, paths: ["connections.keepalive"], words: /1s or more/ },
];

const passing: readonly [what: string, change: Partial<TcpServiceArgs>][] = [
  ["nothing more than it must have", {}],
  ["a name of 52 characters", { service: "d".repeat(52) }],
  ["a big disk on a class that is named", { storage: { sizeGi: 32767, mountPath: "/data", storageClass: "uncached" } }],
  ["an image with a digest", { image: `docker.io/library/redis@sha256:${"0".repeat(64)}` }],
  ["a small limit of memory alone", { resources: { memoryLimit: "64Mi" } }],
  ["a folder inside the disk", { storage: { sizeGi: 8, mountPath: "/data" }, writable: ["/data/tmp"] }],
  ["long paths, where no name is made of them", { storage: { sizeGi: 8, mountPath: `/${"d".repeat(100)}` }, files: { [`/etc/${"f".repeat(249)}`]: "" } }],
  ["a class with dots in its name", { storage: { sizeGi: 8, mountPath: "/data", storageClass: "disks.acme-1" } }],
  ["what looks like a variable and is none", { env: { URL: "$$(PASSWORD)" }, args: ["$$(PASSWORD)", "$(URL)"], probe: { exec: ["sh", "-c", 'redis-cli -a "$PASSWORD" ping'] }, secretEnv: { PASSWORD: "" } }],
  ["memory without a limit of its own", { resources: { memory: "2Gi" } }],
];

let platform: AppPlatform;

/** The problems, each with the id of its rule. */
const problemsWith = (change: Partial<TcpServiceArgs>): (Problem & { readonly rule: string })[] =>
  tcpRules.flatMap(({ id, check }) => check(settingsOf("cache", { platform, ...valid, ...change })).map((problem) => ({ ...problem, rule: id })));

describe("what TcpService refuses", () => {
  before(() => record(() => void (platform = testAppPlatform())));

  for (const { rule, change, paths, words } of rows) {
    it(`${rule} refuses ${JSON.stringify(change).slice(0, 100)}, and no other rule does`, () => {
      const found = problemsWith(change);
      assert.deepEqual(found.map(({ rule: id, path }) => [id, path]), paths.map((path) => [rule, path]));
      assert.match(formatProblems(found), words);
    });
  }

  for (const [what, change] of passing) it(`nothing is wrong with ${what}`, () => assert.deepEqual(problemsWith(change), []));

  it("has a row for each rule, no rule twice, and says where each comes from", () => {
    const ids = tcpRules.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(rows.map(({ rule }) => rule))]);
    assert.equal(new Set(ids).size, ids.length);
    for (const { id, source } of tcpRules) assert.match(source, /^(https:\/\/|the platform's own: )/, id);
  });

  it("is refused all at once", async () => {
    const refused = record(() => new TcpService("cache", { platform: testAppPlatform(), ...valid, callers: {}, user: { uid: 0 } }));
    await assert.rejects(refused, (error: unknown) => error instanceof ArgumentError && error.instance === "cache" && error.problems.map(({ path }) => path).join() === "user.uid,callers");
  });
});
