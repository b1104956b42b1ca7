/*
 * What the guestbook's stores, variables and limits look like, whole. A checksum of what is secret is not in it: the embedded cloud makes the
 * secrets up.
 */

const restricted = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, readOnlyRootFilesystem: true };

/** A probe by a command, with the numbers of each kind. */
function probes(command: readonly string[], startupTries: number): object {
  const asked = { exec: { command }, timeoutSeconds: 5 };
  return { startupProbe: { ...asked, periodSeconds: 5, failureThreshold: startupTries }, readinessProbe: { ...asked, periodSeconds: 5 }, livenessProbe: { ...asked, periodSeconds: 30, failureThreshold: 6 } };
}

interface Store {
  readonly name: string;
  readonly checksums: Readonly<Record<string, string>>;
  readonly container: object;
  readonly volumes: readonly object[];
  readonly disk?: object;
}

/** A StatefulSet of one pod, which runs as 999. */
function store({ name, checksums, container, volumes, disk }: Store): object {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name, namespace: "guestbook", labels: { app: name } },
    spec: {
      serviceName: `${name}-headless`,
      replicas: 1,
      podManagementPolicy: "Parallel",
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations: checksums },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          nodeSelector: { "delivery-platform/pool": "user" },
          tolerations: [],
          securityContext: { runAsUser: 999, runAsGroup: 999, runAsNonRoot: true, fsGroup: 999, fsGroupChangePolicy: "OnRootMismatch", seccompProfile: { type: "RuntimeDefault" } },
          terminationGracePeriodSeconds: 60,
          containers: [{ name, securityContext: restricted, ...container }],
          volumes,
        },
      },
      ...(disk !== undefined && { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" }, volumeClaimTemplates: [disk] }),
    },
  };
}

const secret = (name: string, key: string): object => ({ name: key, valueFrom: { secretKeyRef: { name, key } } });
const folder = (name: string): object => ({ name, emptyDir: {} });
const plain = (values: Readonly<Record<string, string>>): object[] => Object.entries(values).map(([name, value]) => ({ name, value }));

/** The StatefulSets by name, with MySQL's image of the platform's registry. */
export const stores = (registry: string, checksums: Readonly<Record<string, Readonly<Record<string, string>>>>): Readonly<Record<string, object>> => ({
  mysql: store({
    name: "mysql",
    checksums: checksums["mysql"] ?? {},
    container: {
      image: `${registry}/docker/library/mysql:8.4.10`,
      args: ["--datadir=/var/lib/mysql/data"],
      ports: [{ containerPort: 3306 }],
      env: [...plain({ MYSQL_DATABASE: "guestbook", MYSQL_USER: "guestbook" }), secret("mysql", "MYSQL_PASSWORD"), secret("mysql", "MYSQL_ROOT_PASSWORD")],
      ...probes(["mysqladmin", "ping", "--host=127.0.0.1"], 60),
      resources: { requests: { cpu: "200m", memory: "1Gi" }, limits: { memory: "1Gi" } },
      volumeMounts: [
        { name: "data", mountPath: "/var/lib/mysql" },
        { name: "folder-var-run-mysqld", mountPath: "/var/run/mysqld" },
        { name: "folder-tmp", mountPath: "/tmp" },
        { name: "files", mountPath: "/etc/mysql/conf.d/guestbook.cnf", subPath: "etc-mysql-conf.d-guestbook.cnf", readOnly: true },
      ],
    },
    volumes: [folder("folder-var-run-mysqld"), folder("folder-tmp"), { name: "files", configMap: { name: "mysql-files" } }],
    disk: { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "8Gi" } } } },
  }),
  redis: store({
    name: "redis",
    checksums: checksums["redis"] ?? {},
    container: {
      image: "docker.io/library/redis:8.10.0@sha256:344e3945a0b431c8ff1eecd58c5573538126bd756f02fc7e218ddf1fc2546366",
      command: ["sh", "-c", "exec redis-server - <<END\nrequirepass $REDISCLI_AUTH\nmaxmemory 96mb\nmaxmemory-policy allkeys-lru\nsave ''\nEND"],
      ports: [{ containerPort: 6379 }],
      env: [secret("redis", "REDISCLI_AUTH")],
      ...probes(["sh", "-c", "redis-cli ping | grep PONG"], 12),
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "128Mi" } },
      volumeMounts: [{ name: "folder-data", mountPath: "/data" }],
    },
    volumes: [folder("folder-data")],
  }),
});

const ui = (version: string): object[] => [...plain({ VERSION: version, MESSAGE_URL: "http://message", GUESTBOOK_URL: "http://guestbook" }), secret(`ui-${version}`, "REDIS_URL")];
const book = (app: string): object[] => [...plain({ VERSION: "v1", MYSQL_HOST: "mysql", MYSQL_PORT: "3306" }), secret(`${app}-v1`, "MYSQL_PASSWORD")];

/** The variables of each of the team's Deployments, by name. */
export const variables: Readonly<Record<string, readonly object[]>> = {
  "ui-v1": ui("v1"),
  "ui-v2": ui("v2"),
  "message-v1": plain({ VERSION: "v1" }),
  "message-v2": plain({ VERSION: "v2", WISDOM_URL: "https://api.github.com/zen" }),
  "guestbook-v1": book("guestbook"),
  "guestbook-api-v1": book("guestbook-api"),
};

/** A count for each caller of a plan; of one without a `sub` for its address. */
function countsOf(requests: number): object[] {
  const limit = { rate_limit: { unit: "minute", requests_per_unit: requests } };
  return [{ key: "claim", ...limit }, { key: "claim", value: "-", descriptors: [{ key: "address", ...limit }] }];
}

/** What the limits' service is told, by file. Any plan that isn't there counts as FREE. */
export const limitFiles: Readonly<Record<string, object>> = {
  "door.yaml": { domain: "door", descriptors: [{ key: "limit", value: "writes", descriptors: [{ key: "address", rate_limit: { unit: "minute", requests_per_unit: 30 } }] }] },
  "plans.yaml": {
    domain: "plans",
    descriptors: [
      {
        key: "limit",
        value: "api",
        descriptors: [
          { key: "plan", value: "FREE", descriptors: countsOf(10) },
          { key: "plan", value: "PREMIUM", descriptors: countsOf(100) },
          { key: "plan", descriptors: countsOf(10) },
        ],
      },
    ],
  },
};
