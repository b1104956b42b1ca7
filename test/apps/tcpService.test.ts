import * as assert from "node:assert/strict";
import { AppNamespace } from "../../components/apps/appNamespace";
import { AppPlatform } from "../../components/apps/appPlatform";
import { TcpService } from "../../components/apps/tcpService";
import { TcpServiceArgs } from "../../components/apps/tcpService/args";
import { Plan } from "../../simulator/engine/plan";
import { Secret } from "../../simulator/engine/values";
import { deletedByItself } from "../support/insideCluster";
import { testAppPlatform, testConsumerPlatform } from "../support/appPlatform";
import { all, inputs, reachable, record, RecordOptions, the } from "../support/record";

const statefulSet = "kubernetes:apps/v1:StatefulSet";
const service = "kubernetes:core/v1:Service";
const metadata = { name: "mysql", namespace: "mysql", labels: { app: "mysql" } };

const mysql: Omit<TcpServiceArgs, "platform"> = {
  image: "docker.io/library/mysql:8.4.10",
  port: { containerPort: 3306 },
  user: { uid: 999 },
  storage: { sizeGi: 8, mountPath: "/var/lib/mysql" },
  args: ["--datadir=/var/lib/mysql/data"],
  writable: ["/var/run/mysqld", "/tmp"],
  files: { "/etc/mysql/conf.d/platform.cnf": "[mysqld]\nmysqlx=OFF\n", "/docker-entrypoint-initdb.d/schema.sql": "CREATE TABLE messages (id INT);\n" },
  env: { MYSQL_DATABASE: "guestbook" },
  secretEnv: { MYSQL_ROOT_PASSWORD: "made-by-a-generator" },
  probe: { exec: ["mysqladmin", "ping", "--host=127.0.0.1"], startupSeconds: 120 },
  resources: { cpu: "200m", memory: "512Mi", memoryLimit: "1Gi" },
  callers: { message: { serviceAccount: { namespace: "mysql", name: "message" }, podLabels: { app: "message" }, reason: "keeps its messages there" } },
};

function tcpService(change: Partial<TcpServiceArgs> = {}, options?: RecordOptions, platformOf: () => AppPlatform = testAppPlatform): Promise<Plan> {
  return record(() => new TcpService("mysql", { platform: platformOf(), ...mysql, ...change }), options);
}

describe("TcpService", () => {
  it("is one pod of the level `restricted` on the user pool, with its disk, files and folders", async () => {
    const plan = await tcpService();
    const { metadata: called, spec } = inputs(the(plan, statefulSet));
    assert.deepEqual(called, metadata);
    const { template, ...rest } = spec as { template: { metadata: { annotations: Record<string, string> } } };
    const { annotations } = template.metadata;
    assert.deepEqual(rest, {
      serviceName: "mysql-headless",
      replicas: 1,
      podManagementPolicy: "Parallel",
      selector: { matchLabels: { app: "mysql" } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "8Gi" } } } }],
    });
    assert.deepEqual(Object.keys(annotations), ["checksum/mysql", "checksum/mysql-files"]);
    const probe = { exec: { command: ["mysqladmin", "ping", "--host=127.0.0.1"] }, timeoutSeconds: 5 };
    assert.deepEqual(template, {
      metadata: { labels: { app: "mysql" }, annotations },
      spec: {
        serviceAccountName: "mysql",
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, runAsUser: 999, runAsGroup: 999, fsGroup: 999, seccompProfile: { type: "RuntimeDefault" }, fsGroupChangePolicy: "OnRootMismatch" },
        nodeSelector: { "delivery-platform/pool": "user" },
        tolerations: [],
        terminationGracePeriodSeconds: 60,
        containers: [
          {
            name: "mysql",
            image: "docker.io/library/mysql:8.4.10",
            args: ["--datadir=/var/lib/mysql/data"],
            ports: [{ containerPort: 3306 }],
            env: [
              { name: "MYSQL_DATABASE", value: "guestbook" },
              { name: "MYSQL_ROOT_PASSWORD", valueFrom: { secretKeyRef: { name: "mysql", key: "MYSQL_ROOT_PASSWORD" } } },
            ],
            securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
            resources: { requests: { cpu: "200m", memory: "512Mi" }, limits: { memory: "1Gi" } },
            startupProbe: { ...probe, periodSeconds: 5, failureThreshold: 24 },
            readinessProbe: { ...probe, periodSeconds: 5 },
            livenessProbe: { ...probe, periodSeconds: 30, failureThreshold: 6 },
            volumeMounts: [
              { name: "data", mountPath: "/var/lib/mysql" },
              { name: "folder-var-run-mysqld", mountPath: "/var/run/mysqld" },
              { name: "folder-tmp", mountPath: "/tmp" },
              { name: "files", mountPath: "/etc/mysql/conf.d/platform.cnf", subPath: "etc-mysql-conf.d-platform.cnf", readOnly: true },
              { name: "files", mountPath: "/docker-entrypoint-initdb.d/schema.sql", subPath: "docker-entrypoint-initdb.d-schema.sql", readOnly: true },
            ],
          },
        ],
        volumes: [
          { name: "folder-var-run-mysqld", emptyDir: {} },
          { name: "folder-tmp", emptyDir: {} },
          { name: "files", configMap: { name: "mysql-files" } },
        ],
      },
    });
    assert.deepEqual(plan.findings, []);
  });

  it("has an account without a token, a Secret, and a ConfigMap with its files by names without slashes", async () => {
    const plan = await tcpService();
    const account = inputs(the(plan, "kubernetes:core/v1:ServiceAccount"));
    assert.deepEqual([account["metadata"], account["automountServiceAccountToken"]], [metadata, false]);
    const secret = the(plan, "kubernetes:core/v1:Secret");
    assert.deepEqual(inputs(secret)["metadata"], metadata);
    assert.ok((secret.inputs as { stringData: unknown }).stringData instanceof Secret || JSON.stringify(inputs(secret)).includes("[secret]"));
    assert.ok(!JSON.stringify(plan.resources.map(inputs)).includes("made-by-a-generator"));
    assert.deepEqual(inputs(the(plan, "kubernetes:core/v1:ConfigMap"))["data"], {
      "etc-mysql-conf.d-platform.cnf": "[mysqld]\nmysqlx=OFF\n",
      "docker-entrypoint-initdb.d-schema.sql": "CREATE TABLE messages (id INT);\n",
    });
  });

  it("declares its port as TCP, in a Service and in one by which its pod is addressed", async () => {
    const plan = await tcpService({ port: { containerPort: 3306, name: "sql" } });
    const spec = { selector: { app: "mysql" }, ports: [{ name: "tcp-sql", port: 3306, targetPort: 3306 }] };
    assert.deepEqual(inputs(the(plan, service, "mysql-service")), { apiVersion: "v1", kind: "Service", metadata, spec });
    assert.deepEqual(inputs(the(plan, service, "mysql-headless")), { apiVersion: "v1", kind: "Service", metadata: { ...metadata, name: "mysql-headless" }, spec: { clusterIP: "None", ...spec } });
    assert.deepEqual((inputs(the(await tcpService(), service, "mysql-service"))["spec"] as { ports: { name: string }[] }).ports[0]?.name, "tcp-mysql");
  });

  it("keeps mutual TLS in its rule about connections, which the callers' namespaces alone know of", async () => {
    const rule = (plan: Plan): unknown => inputs(the(plan, "kubernetes:networking.istio.io/v1:DestinationRule"))["spec"];
    const host = "mysql.mysql.svc.cluster.local";
    assert.deepEqual(rule(await tcpService()), { host, exportTo: ["."], trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" } } });
    const elsewhere = (namespace: string) => ({ serviceAccount: { namespace, name: "reports" }, reason: "reads them at night", elsewhere: true });
    const plan = await tcpService({
      connections: { max: 100, connectTimeout: "5s", keepalive: "10m" },
      callers: { ...mysql.callers, second: elsewhere("shop"), third: elsewhere("audit") },
    });
    assert.deepEqual(rule(plan), {
      host,
      exportTo: [".", "audit", "shop"],
      trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" }, connectionPool: { tcp: { maxConnections: 100, connectTimeout: "5s", tcpKeepalive: { time: "10m" } } } },
    });
  });

  it("is reached by its callers alone, by certificate and port and by nothing of HTTP", async () => {
    const plan = await tcpService();
    assert.deepEqual(inputs(the(plan, "kubernetes:security.istio.io/v1:AuthorizationPolicy"))["spec"], {
      selector: { matchLabels: { app: "mysql" } },
      action: "ALLOW",
      rules: [{ from: [{ source: { principals: ["cluster.local/ns/mysql/sa/message"] } }], to: [{ operation: { ports: ["3306"] } }] }],
    });
    const { spec } = inputs(the(plan, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "mysql-access-network")) as { spec: Record<string, unknown> };
    assert.deepEqual(spec, {
      podSelector: { matchLabels: { app: "mysql" } },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "mysql" } }, podSelector: { matchLabels: { app: "message" } } }],
          ports: [{ protocol: "TCP", port: 3306 }],
        },
      ],
    });
  });

  it("needs no disk, file, folder or variable", async () => {
    const plan = await tcpService({ storage: undefined, files: undefined, writable: undefined, secretEnv: undefined, env: undefined, probe: { tcp: true }, resources: undefined });
    const { spec } = inputs(the(plan, statefulSet)) as { spec: { template: { metadata: object; spec: { containers: Record<string, unknown>[]; volumes: unknown } } } };
    assert.ok(!("volumeClaimTemplates" in spec) && !("persistentVolumeClaimRetentionPolicy" in spec));
    assert.deepEqual(spec.template.metadata, { labels: { app: "mysql" } });
    const [container = {}] = spec.template.spec.containers;
    assert.deepEqual([spec.template.spec.volumes, container["volumeMounts"], container["env"]], [[], [], []]);
    assert.deepEqual(container["startupProbe"], { tcpSocket: { port: 3306 }, timeoutSeconds: 5, periodSeconds: 5, failureThreshold: 12 });
    assert.deepEqual(container["resources"], { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "512Mi" } });
    for (const kind of ["Secret", "ConfigMap"]) assert.deepEqual(all(plan, `kubernetes:core/v1:${kind}`), []);
  });

  it("takes a class of disks that is named, and another group than the user's", async () => {
    const { spec } = inputs(the(await tcpService({ storage: { sizeGi: 8000, mountPath: "/data", storageClass: "uncached" }, user: { uid: 999, gid: 1000 } }), statefulSet)) as {
      spec: { volumeClaimTemplates: { spec: unknown }[]; template: { spec: { securityContext: Record<string, unknown> } } };
    };
    assert.deepEqual(spec.volumeClaimTemplates[0]?.spec, { accessModes: ["ReadWriteOnce"], storageClassName: "uncached", resources: { requests: { storage: "8000Gi" } } });
    const { runAsUser, runAsGroup, fsGroup } = spec.template.spec.securityContext;
    assert.deepEqual([runAsUser, runAsGroup, fsGroup], [999, 1000, 1000]);
  });

  it("restarts its pod when a secret or a file changes, and for nothing else", async () => {
    const checksums = async (change: Partial<TcpServiceArgs>): Promise<Record<string, string>> =>
      (inputs(the(await tcpService(change), statefulSet)) as { spec: { template: { metadata: { annotations: Record<string, string> } } } }).spec.template.metadata.annotations;
    const before = await checksums({});
    const changed = (after: Record<string, string>): string[] => Object.keys(before).filter((name) => before[name] !== after[name]);
    assert.deepEqual(changed(await checksums({ secretEnv: { MYSQL_ROOT_PASSWORD: "another" } })), ["checksum/mysql"]);
    assert.deepEqual(changed(await checksums({ files: { ...mysql.files, "/etc/mysql/conf.d/platform.cnf": "[mysqld]\n" } })), ["checksum/mysql-files"]);
    assert.deepEqual(changed(await checksums({ callers: { other: { serviceAccount: { namespace: "mysql", name: "other" }, reason: "reads" } } })), []);
  });

  it("waits for the mesh and its namespace, and for those of its callers with the policies that let them out", async () => {
    const plan = await record(() => {
      const platform = testAppPlatform();
      const shop = new AppNamespace("shop", { platform });
      const caller = { serviceAccount: { namespace: "shop", name: "shop" }, reason: "sells", ready: [shop.resource] };
      new TcpService("mysql", { platform, ...mysql, callers: { shop: caller } });
    });
    const waitsFor = (type: string, name: string, needed: string): boolean => reachable(plan, the(plan, type, name)).has(the(plan, "kubernetes:core/v1:Namespace", needed).urn);
    assert.ok(waitsFor(statefulSet, "mysql-server", "mesh") && waitsFor(statefulSet, "mysql-server", "mysql-namespace"));
    assert.ok(waitsFor("kubernetes:networking.k8s.io/v1:NetworkPolicy", "mysql-access-from-shop.shop", "shop-namespace"));
    assert.deepEqual(plan.findings, []);
  });

  it("goes with the cluster, all of it, and in another project's program is an object of its own", async () => {
    assert.deepEqual(deletedByItself(await tcpService()), []);
    const plan = await tcpService({}, {}, testConsumerPlatform);
    assert.ok(deletedByItself(plan).includes("mysql-server"));
    assert.deepEqual(plan.findings, []);
  });

  it("registers the same in a preview", async () => {
    const names = async (options: RecordOptions): Promise<string[]> => (await tcpService({}, options)).resources.map(({ urn }) => urn);
    assert.deepEqual(await names({ mode: "preview" }), await names({ mode: "up" }));
  });

  it("runs in a namespace that others share, and says where it is", async () => {
    const plan = await record(() => {
      const platform = testAppPlatform();
      const namespace = new AppNamespace("guestbook", { platform });
      new TcpService("The Data", { platform, ...mysql, namespace, service: "db", port: { containerPort: 3306, name: "mysql" } });
    });
    const called = (type: string, name: string): unknown => (inputs(the(plan, type, name))["metadata"] as { name: unknown }).name;
    assert.equal(called("kubernetes:security.istio.io/v1:AuthorizationPolicy", "The Data-access-mesh"), "db-access");
    assert.equal(called("kubernetes:networking.k8s.io/v1:NetworkPolicy", "The Data-access-network"), "db-access");
    assert.equal(called("kubernetes:networking.k8s.io/v1:NetworkPolicy", "The Data-access-from-mysql.message"), "message-to-guestbook.db-access");
    assert.deepEqual(plan.findings, []);
    const { address, port, podAddress, identity } = the(plan, "delivery-platform:apps:TcpService").outputs as Record<string, unknown>;
    assert.deepEqual([address, port, podAddress], ["db.guestbook.svc.cluster.local", 3306, "db-0.db-headless.guestbook.svc.cluster.local"]);
    const { serviceAccount, podLabels } = identity as Record<string, unknown>;
    assert.deepEqual([serviceAccount, podLabels], [{ namespace: "guestbook", name: "db" }, { app: "db" }]);
    assert.equal(all(plan, "kubernetes:core/v1:Namespace").filter(({ name }) => name.endsWith("-namespace")).length, 1);
  });
});
