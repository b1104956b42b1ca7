import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AppNamespace } from "../../../components/apps/appNamespace";
import { AppPlatform } from "../../../components/apps/appPlatform";
import { MeshApp } from "../../../components/apps/meshApp";
import { AppCaller, AppJwt, AppVersion, MeshAppArgs } from "../../../components/apps/meshApp/args";
import { appRules } from "../../../components/apps/meshApp/rules";
import { metricsRules } from "../../../components/apps/meshApp/rules/metrics";
import { trafficRules } from "../../../components/apps/meshApp/rules/traffic";
import { settingsOf } from "../../../components/apps/meshApp/settings";
import { problemsOf } from "../../../components/shared/argumentRule";
import { ArgumentError, Problem } from "../../../components/shared/errors";
import { testAppPlatform } from "../../support/appPlatform";
import { record } from "../../support/record";

/** Arguments that a rule refuses: what is changed of an app that is well, where the one problem is, and some of its words. */
interface Row {
  readonly rule: string;
  /** The component's name. Default: `message`. */
  readonly name?: string;
  readonly change: Partial<MeshAppArgs>;
  readonly platform?: Partial<AppPlatform>;
  readonly path: string;
  readonly words: RegExp;
}

const image = "cracmedev.azurecr.io/apps/message:1.4.2";
const version = (change: Partial<AppVersion>): Partial<MeshAppArgs> => ({ versions: { v1: { image, ...change } } });
const weights = (...list: (number | undefined)[]): Partial<MeshAppArgs> => ({ versions: Object.fromEntries(list.map((weight, index) => [`v${index + 1}`, { image, weight }])) });
const caller = (change: Partial<AppCaller> = {}): AppCaller => ({ serviceAccount: { namespace: "guestbook", name: "ui" }, reason: "shows them", ...change });
const requests = (...list: NonNullable<AppCaller["requests"]>): Partial<MeshAppArgs> => ({ callers: { ui: caller({ requests: list }) } });
const account = (namespace: string, name = "ui"): Partial<MeshAppArgs> => ({ callers: { ui: caller({ serviceAccount: { namespace, name } }) } });
const jwt = (change: Partial<AppJwt> = {}): { jwt: AppJwt } => ({ jwt: { issuer: "https://login.partner.example", jwksUri: "https://login.partner.example/keys", audiences: ["message"], ...change } });
/** A value that the compiler would refuse, as a program without types may give it. */
const untyped = <T>(value: unknown): T => value as T;
const open = ["app.dev.example.com"];
const signedIn = { hosts: ["private.dev.example.com"], signIn: true } as const;

const rows: readonly Row[] = [
  // Names
  { rule: "component-name", name: "Message App", change: { app: "message" }, path: "name", words: /letter first/ },
  { rule: "app-name", change: { app: "1st" }, path: "app", words: /letter first/ },
  { rule: "app-name", change: { app: "message.api" }, path: "app", words: /letters, digits and hyphens/ },
  { rule: "app-namespace", change: { app: "kube-apps" }, path: "app", words: /of the cluster or the platform/ },
  { rule: "app-namespace", change: { app: "prometheus" }, path: "app", words: /of the cluster or the platform/ },
  { rule: "app-namespace", change: { app: "legacy" }, path: "app", words: /of the cluster or the platform/ },
  { rule: "app-namespace", change: { app: "billing" }, path: "app", words: /that the platform makes.*mesh\.exceptions/s },
  { rule: "versions-none", change: { versions: {} }, path: "versions", words: /is empty/ },
  { rule: "version-name", change: { versions: { "V1.2": { image } } }, path: 'versions["V1.2"]', words: /as v1/ },
  { rule: "name-of-other-app", change: { app: "ui", versions: { "a-v1": { image } } }, path: "app", words: /Deployment ui-a-v1 of other-/ },
  { rule: "name-of-other-app", change: { app: "ui-a", versions: { v2: { image } } }, path: "app", words: /Service ui-a of other-/ },
  { rule: "version-name-length", change: { app: "m".repeat(61) }, path: 'versions["v1"]', words: /63 characters in all/ },

  // Ports and probes
  { rule: "container-port", change: { port: { containerPort: 80 } }, path: "port.containerPort", words: /1024 to 65535/ },
  { rule: "container-port", change: { port: { containerPort: 8080.5 } }, path: "port.containerPort", words: /whole number/ },
  { rule: "container-port-of-proxy", change: { port: { containerPort: 15021 } }, path: "port.containerPort", words: /the proxy's own/ },
  { rule: "service-port", change: { port: { containerPort: 8080, servicePort: 0 } }, path: "port.servicePort", words: /1 to 65535/ },
  { rule: "probe-path", change: { probes: { readiness: "healthz" } }, path: "probes.readiness", words: /begins with \// },
  { rule: "probe-path", change: { probes: { liveness: "/a b" } }, path: "probes.liveness", words: /not the path of a request/ },
  { rule: "probe-path-grpc", change: { port: { containerPort: 9090, protocol: "grpc" }, probes: { readiness: "/healthz" } }, path: "probes", words: /grpc\.health\.v1/ },
  { rule: "probe-path-grpc", change: { port: { containerPort: 9090, protocol: "grpc" }, probes: { liveness: "/livez" } }, path: "probes", words: /grpc\.health\.v1/ },
  { rule: "probe-startup", change: { probes: { startupSeconds: 0 } }, path: "probes.startupSeconds", words: /5 to 3600/ },

  // Versions
  { rule: "weight-missing", change: weights(90, undefined), path: 'versions["v2"].weight', words: /is missing/ },
  { rule: "weight-range", change: weights(-10, 100), path: 'versions["v1"].weight', words: /0 to 100/ },
  { rule: "weight-range", change: weights(99.5, 0), path: 'versions["v1"].weight', words: /whole number/ },
  { rule: "weights-sum", change: weights(90, 20), path: "versions", words: /90 \+ 20 = 110/ },
  { rule: "weights-sum", change: weights(90), path: "versions", words: /100 in all/ },
  { rule: "image", change: version({ image: "cracmedev.azurecr.io/apps/message" }), path: 'versions["v1"].image', words: /which image for good/ },
  { rule: "image", change: version({ image: "cracmedev.azurecr.io/apps/message:latest" }), path: 'versions["v1"].image', words: /other than `latest`/ },
  ...["https://cracmedev.azurecr.io/apps/message:1.4.2", "cracmedev.azurecr.io/Apps/message:1.4.2", "cracmedev.azurecr.io/apps//message:1.4.2", "message:1.4.2"].map((address) => ({
    rule: "image",
    change: version({ image: address }),
    path: 'versions["v1"].image',
    words: /not the address of an image/,
  })),
  { rule: "image", change: version({ image: "localhost:5000/apps/message" }), path: 'versions["v1"].image', words: /a tag/ },
  { rule: "replicas-min", change: version({ replicas: { min: 0 } }), path: 'versions["v1"].replicas.min', words: /1 to 1000/ },
  { rule: "replicas-max", change: version({ replicas: { min: 3, max: 2 } }), path: 'versions["v1"].replicas.max', words: /3 to 1000/ },
  { rule: "replicas-cpu-percent", change: version({ replicas: { max: 4, cpuPercent: 0 } }), path: 'versions["v1"].replicas.cpuPercent', words: /1 to 1000/ },
  { rule: "replicas-cpu-unused", change: version({ replicas: { min: 2, cpuPercent: 50 } }), path: 'versions["v1"].replicas.cpuPercent', words: /an autoscaler/ },
  { rule: "variable-name", change: version({ env: { "1ST": "x" } }), path: 'versions["v1"].env["1ST"]', words: /no digit first/ },
  { rule: "variable-name", change: version({ secretEnv: { "api-key": "x" } }), path: 'versions["v1"].secretEnv["api-key"]', words: /underscores/ },
  { rule: "variable-name", change: version({ secretEnv: { ["__proto__"]: "x" } }), path: 'versions["v1"].secretEnv["__proto__"]', words: /the name of a variable/ },
  { rule: "variable-twice", change: version({ env: { KEY: "x" }, secretEnv: { KEY: "y" } }), path: 'versions["v1"].secretEnv["KEY"]', words: /in `env` as well/ },
  { rule: "variable-of-secret", change: version({ env: { URL: "redis://:$(KEY)@redis" }, secretEnv: { KEY: "y" } }), path: 'versions["v1"].env["URL"]', words: /never gets there.*Move it to `secretEnv`/s },
  { rule: "variable-of-secret", change: version({ env: { URL: "$$$(KEY)" }, args: ["--url=$(URL)"], secretEnv: { KEY: "y" } }), path: 'versions["v1"].env["URL"]', words: /\$\(KEY\)/ },
  { rule: "secret-argument", change: version({ args: ["--key=$(KEY)"], secretEnv: { KEY: "y" } }), path: 'versions["v1"].args', words: /process' arguments/ },
  { rule: "resources-quantity", change: version({ resources: { cpu: "half" } }), path: 'versions["v1"].resources.cpu', words: /250m/ },
  { rule: "resources-quantity", change: version({ resources: { memoryLimit: "256MB" } }), path: 'versions["v1"].resources.memoryLimit', words: /128Mi/ },
  { rule: "resources-memory", change: version({ resources: { memory: "256Mi", memoryLimit: "128Mi" } }), path: 'versions["v1"].resources.memory', words: /more than `memoryLimit`/ },
  { rule: "writable-path", change: version({ writable: ["/"] }), path: 'versions["v1"].writable', words: /other than \// },
  { rule: "writable-path", change: version({ writable: ["tmp"] }), path: 'versions["v1"].writable', words: /whole path/ },
  { rule: "writable-path", change: version({ writable: ["/var/../etc"] }), path: 'versions["v1"].writable', words: /whole path/ },
  ...["/proc", "/proc/sys", "/sys", "/dev", "/dev/shm/app"].map((folder) => ({ rule: "writable-path", change: version({ writable: [folder] }), path: 'versions["v1"].writable', words: /other than \/, \/proc/ })),
  { rule: "writable-path", change: version({ writable: [`/${"a".repeat(57)}`] }), path: 'versions["v1"].writable', words: /up to 57/ },
  { rule: "writable-twice", change: version({ writable: ["/tmp", "/tmp"] }), path: 'versions["v1"].writable', words: /twice/ },
  { rule: "writable-twice", change: version({ writable: ["/var/cache", "/var-cache"] }), path: 'versions["v1"].writable', words: /apart in letters/ },

  // Hosts and sign-in
  { rule: "host-served", change: { hosts: ["shop.dev.example.com"] }, path: "hosts", words: /allowed: app\.dev\.example\.com, .*hosts: \{ "shop\.dev\.example\.com": \{\} \}/s },
  { rule: "host-served", change: { hosts: ["constructor"] }, path: "hosts", words: /doesn't serve/ },
  { rule: "host-served", change: { hosts: open }, platform: { hosts: {} }, path: "hosts", words: /none: the platform serves no host/ },
  { rule: "host-twice", change: { hosts: [...open, ...open] }, path: "hosts", words: /twice/ },
  { rule: "host-of-platform", change: { hosts: ["echo.dev.example.com"] }, path: "hosts", words: /on which the echo server answers/ },
  { rule: "host-of-other-app", change: { hosts: ["other.dev.example.com"] }, path: "hosts", words: /on which shop answers/ },
  { rule: "sign-in-without-host", change: { signIn: true }, path: "signIn", words: /for no host/ },
  { rule: "sign-in-without-tokens", change: signedIn, platform: { signInTokens: undefined }, path: "signIn", words: /the platform has no sign-in/ },
  { rule: "sign-in-not-at-platform", change: { hosts: open, signIn: true }, path: "hosts", words: /opens without a sign-in.*signIn: true/s },
  { rule: "sign-in-not-at-app", change: { hosts: signedIn.hosts }, path: "hosts", words: /the app has to ask for too/ },

  // Callers
  { rule: "caller-account", change: account("legacy"), path: 'callers["ui"].serviceAccount.namespace', words: /outside the mesh/ },
  { rule: "caller-account", change: account("kube-system"), path: 'callers["ui"].serviceAccount.namespace', words: /no certificate/ },
  { rule: "caller-account", change: account("registry-purge"), path: 'callers["ui"].serviceAccount.namespace', words: /no certificate/ },
  { rule: "caller-account", change: account("guestbook", "*"), path: 'callers["ui"].serviceAccount.name', words: /without `\*`/ },
  { rule: "caller-account", change: account("guestbook", "u".repeat(116)), path: 'callers["ui"].serviceAccount.name', words: /up to 115/ },
  { rule: "caller-account", change: account("guest.book"), path: 'callers["ui"].serviceAccount.namespace', words: /a whole name/ },
  { rule: "caller-labels", change: { callers: { ui: caller({ podLabels: { "a b": "c" } }) } }, path: 'callers["ui"].podLabels["a b"]', words: /a pod can have/ },
  { rule: "caller-labels", change: { callers: { ui: caller({ podLabels: { app: "c d" } }) } }, path: 'callers["ui"].podLabels["app"]', words: /a pod can have/ },
  { rule: "caller-reason", change: { callers: { ui: caller({ reason: " " }) } }, path: 'callers["ui"].reason', words: /must say why/ },
  { rule: "caller-twice", change: { callers: { ui: caller(), web: caller() } }, path: 'callers["web"]', words: /guestbook\/ui/ },
  { rule: "caller-gateway", change: account("istio-ingress", "istio-ingress"), path: 'callers["ui"]', words: /the platform's gateway/ },
  { rule: "requests-none", change: requests(), path: 'callers["ui"].requests', words: /is empty/ },
  { rule: "request-empty", change: requests({ methods: ["GET"] }, {}), path: 'callers["ui"].requests[1]', words: /says nothing/ },
  { rule: "request-empty", change: requests({ methods: ["GET"], paths: [] }), path: 'callers["ui"].requests[0]', words: /empty list/ },
  { rule: "request-method", change: requests({ methods: ["get"] }), path: 'callers["ui"].requests[0].methods', words: /upper-case/ },
  { rule: "request-method", change: requests({ methods: ["*"] }), path: 'callers["ui"].requests[0].methods', words: /upper-case/ },
  ...["api", "/api/*/list", "/api?all", "/a//b", "/a/../b", "/{**}"].map((path) => ({ rule: "request-path", change: requests({ paths: [path] }), path: 'callers["ui"].requests[0].paths', words: /begins with \// })),

  // Tokens
  { rule: "jwt-and-sign-in", change: { ...signedIn, ...jwt() }, path: "jwt", words: /two tokens/ },
  { rule: "jwt-issuer", change: jwt({ issuer: "" }), path: "jwt.issuer", words: /not the name of one issuer/ },
  { rule: "jwt-issuer", change: jwt({ issuer: "https://*" }), path: "jwt.issuer", words: /without `\*`/ },
  ...[
    "http://login.partner.example/keys",
    "https://10.0.0.4/keys",
    "https://[fd00::1]/keys",
    "https://203.0.113.7/keys",
    "https://login.partner.example:8443/keys",
    "https://keys.issuer.svc.cluster.local/keys",
    "https://localhost/keys",
    "login.partner.example",
  ].map((jwksUri) => ({ rule: "jwt-keys", change: jwt({ jwksUri }), path: "jwt.jwksUri", words: /a public name and port 443/ })),
  { rule: "jwt-audience", change: jwt({ audiences: [] }), path: "jwt.audiences", words: /any other app/ },
  { rule: "jwt-audience", change: jwt({ audiences: ["message", ""] }), path: "jwt.audiences", words: /isn't empty/ },
  { rule: "jwt-audience", change: jwt({ audiences: [" \t"] }), path: "jwt.audiences", words: /isn't empty/ },
  { rule: "jwt-audience", change: jwt({ audiences: untyped([undefined]) }), path: "jwt.audiences", words: /a text/ },
  { rule: "jwt-except-path", change: jwt({ exceptPaths: ["/*"] }), path: "jwt.exceptPaths", words: /all of them/ },
  { rule: "jwt-except-path", change: jwt({ exceptPaths: ["public"] }), path: "jwt.exceptPaths", words: /begins with \// },
  { rule: "jwt-claim", change: jwt({ claims: { plan: [] } }), path: 'jwt.claims["plan"]', words: /no values/ },
  { rule: "jwt-claim", change: jwt({ claims: { plan: ["*"] } }), path: 'jwt.claims["plan"]', words: /a pattern/ },
  { rule: "jwt-claim", change: jwt({ claims: { "a][b": ["x"] } }), path: "jwt.claims", words: /brackets/ },
  { rule: "jwt-header-claim", change: jwt({ headers: { "x-plan": "" } }), path: "jwt.headers", words: /not the name of a claim/ },
  { rule: "jwt-header-claim", change: jwt({ headers: { "x-plan": "https://example.com/plan" } }), path: "jwt.headers", words: /a claim inside another.*without a dot/s },
  ...["x_plan", "X-Plan", "authorization", "host", "x-plan_2"].map((name) => ({ rule: "jwt-header", change: jwt({ headers: { [name]: "plan" } }), path: `jwt.headers[${JSON.stringify(name)}]`, words: /no underscore/ })),
  ...["x-forwarded-for", "x-envoy-original-path", "x-auth-request-email", "x-azure-fdid", "x-request-id"].map((name) => ({
    rule: "jwt-header-reserved",
    change: jwt({ headers: { [name]: "plan" } }),
    path: `jwt.headers[${JSON.stringify(name)}]`,
    words: /sign-in set/,
  })),

  { rule: "workload-identity", change: { workloadIdentity: { clientId: "id-acme-dev-message" } }, path: "workloadIdentity.clientId", words: /a GUID/ },
];

/** What is close to a refusal, and isn't one. */
const allowed: readonly Partial<MeshAppArgs>[] = [
  weights(100, 0),
  weights(34, 33, 33),
  version({ image: `cracmedev.azurecr.io/apps/message@sha256:${"0".repeat(64)}` }),
  version({ replicas: { min: 1, max: 4, cpuPercent: 80 } }),
  version({ resources: { memory: "512Mi" } }),
  version({ resources: { memoryLimit: "32Mi" } }),
  version({ writable: ["/tmp", "/var/cache/app", "/.cache", "/dev/shm", "/istio/data", "/process", `/${"a".repeat(56)}`] }),
  version({ env: { URL: "$$(KEY) $(OTHER) $(KEY", OTHER: "x" }, args: ["--key=$$(KEY)", "$$$$(KEY)", "$KEY"], secretEnv: { KEY: "y" } }),
  version({ image: "Registry.Example.com:5000/apps/my_message/api-v2:1.4.2" }),
  { callers: { ui: caller({ podLabels: { "app.kubernetes.io/name": "ui", tier: "" } }) } },
  { hosts: [...open] },
  signedIn,
  account("kayenta", "kayenta"),
  requests({ methods: ["GET"], paths: ["/messages/*", "/healthz"] }, { paths: ["/orders.Orders/List"] }),
  jwt({ audiences: ["message", pulumi.output("known later"), Promise.resolve("as well")] }),
  jwt({ exceptPaths: ["/public/*", "/metrics"], claims: { plan: ["PREMIUM"], "https://example.com/roles": ["reader"] }, headers: { "x-plan": "plan" } }),
  { port: { containerPort: 9090, protocol: "grpc" } },
];

/** What an app with changed arguments is refused for; none where it is made. */
function refusals(platform: AppPlatform, name: string, change: Partial<MeshAppArgs>): { problems: readonly Problem[]; message: string } {
  try {
    new MeshApp(name, { platform, port: { containerPort: 8080 }, versions: { v1: { image } }, ...change });
    return { problems: [], message: "" };
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    return error;
  }
}

const everyRule = [...appRules, ...trafficRules, ...metricsRules];

describe("each rule of MeshApp", () => {
  const found: { readonly problems: readonly Problem[]; readonly message: string; readonly without: readonly Problem[] }[] = [];
  const made: string[] = [];

  before(async () => {
    await record(() => {
      const platform = testAppPlatform();
      for (const { rule, name = "message", change, platform: platformChange } of rows) {
        const ofRow = { ...platform, ...platformChange };
        const inNamespace = rule === "name-of-other-app" && { namespace: new AppNamespace(`shared-${found.length}`, { platform }) };
        if (inNamespace) refusals(ofRow, `other-${found.length}`, { app: "ui-a", ...inNamespace });
        if (rule === "host-of-other-app") refusals(ofRow, "shop", { hosts: ["other.dev.example.com"] });
        const { problems, message } = refusals(ofRow, name, { ...change, ...inNamespace });
        const settings = settingsOf(name, { platform: ofRow, port: { containerPort: 8080 }, versions: { v1: { image } }, ...change, ...inNamespace });
        found.push({ problems, message, without: problemsOf(everyRule.filter(({ id }) => id !== rule), settings) });
      }
      allowed.forEach((change, index) => made.push(refusals({ ...platform }, `app-${index}`, change).message));
    });
  });

  rows.forEach((row, index) => {
    it(`${row.rule} refuses ${JSON.stringify(row.change).slice(0, 100)}, and no other rule does`, () => {
      const { problems = [], message = "", without } = found[index] ?? {};
      assert.deepEqual(problems.map(({ path }) => path), [row.path], message);
      assert.match(message, row.words);
      assert.deepEqual(without, []);
    });
  });

  it("has a row here, and every row is of a rule", () => {
    assert.deepEqual(new Set(rows.map(({ rule }) => rule)), new Set(appRules.map(({ id }) => id)));
  });

  it("has a name of its own, and its source", () => {
    assert.equal(new Set(everyRule.map(({ id }) => id)).size, everyRule.length);
    for (const { id, source } of appRules) assert.match(source, /^(https:\/\/|the platform's own: )/, id);
  });

  it("lets pass what is close to a refusal", () => {
    assert.deepEqual(made, allowed.map(() => ""));
  });
});
