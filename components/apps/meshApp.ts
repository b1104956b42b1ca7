import * as pulumi from "@pulumi/pulumi";
import { localLimitProblems, LocalRateLimit } from "../mesh/localRateLimit";
import { problemsOf } from "../shared/argumentRule";
import { inCluster } from "../shared/cluster";
import { refuseProblems } from "../shared/errors";
import { withoutOldApiAliases } from "../shared/withoutOldApiAliases";
import { AppNamespace } from "./appNamespace";
import { access, guards } from "./meshApp/access";
import { AppCaller, MeshAppArgs } from "./meshApp/args";
import { claim } from "./meshApp/claims";
import { appRules } from "./meshApp/rules";
import { metricsRules } from "./meshApp/rules/metrics";
import { trafficRules } from "./meshApp/rules/traffic";
import { settingsOf } from "./meshApp/settings";
import { trafficObjects } from "./meshApp/trafficObjects";
import { appLabels, workload } from "./meshApp/workload";

/**
 * An app in the mesh that speaks HTTP or gRPC: its pods in one version or several, how requests find them, and who may send which.
 *
 * Nobody may call it but the gateway, for the hosts that it names, and the callers that it names. Its pods run under the level `restricted`,
 * each version twice by default. It is the same in the platform's own program and in another project, whose `platform` comes of the
 * platform's outputs.
 *
 * @example
 * new MeshApp("message", {
 *   platform,
 *   port: { containerPort: 8080 },
 *   versions: {
 *     v1: { image: `${platform.registryLoginServer}/apps/message:1.4.2`, weight: 90 },
 *     v2: { image: `${platform.registryLoginServer}/apps/message:2.0.0`, weight: 10 },
 *   },
 *   hosts: ["message.dev.example.com"],
 * });
 * @throws ArgumentError with every rule of `appRules`, `trafficRules` and `metricsRules` that an argument breaks
 * @source https://istio.io/latest/docs/ops/deployment/application-requirements/
 */
export class MeshApp extends pulumi.ComponentResource {
  /** The full address of its Service inside the cluster: `message.guestbook.svc.cluster.local`. */
  readonly address: string;
  /** Its pods, as another app names them among its callers: `{ ...message.identity, reason: "…" }`. */
  readonly identity: Pick<AppCaller, "serviceAccount" | "podLabels" | "ready">;
  /** Where it runs. */
  readonly namespace: AppNamespace;
  /** The hosts that people reach it by. */
  readonly hosts: readonly string[];

  constructor(name: string, args: MeshAppArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = settingsOf(name, args);
    refuseProblems(name, [...problemsOf(appRules, settings), ...problemsOf(trafficRules, settings), ...problemsOf(metricsRules, settings), ...(args.localRateLimit ? localLimitProblems("localRateLimit", args.localRateLimit) : [])]);
    super("delivery-platform:apps:MeshApp", name, {}, pulumi.mergeOptions(opts, { transformations: [withoutOldApiAliases] }));
    claim(settings);
    const { platform, app, traffic } = settings;

    this.namespace = args.namespace ?? new AppNamespace(name, { platform, namespace: app.namespace }, { parent: this });
    this.address = app.address;
    this.hosts = app.hosts;
    this.identity = { serviceAccount: { namespace: app.namespace, name: app.app }, podLabels: appLabels(settings), ready: [this.namespace.resource] };

    const ready = [...platform.ready, this.namespace.resource];
    const options = inCluster(this, platform.cluster, { dependsOn: ready });
    // Pods with an identity in Azure fetch their tokens outside the cluster.
    const deployments = workload(settings, settings.clientId === undefined ? options : pulumi.mergeOptions(options, { dependsOn: this.namespace.wayToEntraId() }));

    // What is asked of a request comes before what lets it in.
    const guarded = pulumi.mergeOptions(options, { dependsOn: guards(this, settings, ready, options) });
    access(this, settings, guarded);
    // A version gets requests when it can answer them.
    trafficObjects(name, app, traffic, pulumi.mergeOptions(guarded, { dependsOn: deployments }));

    if (args.localRateLimit) new LocalRateLimit(`${name}-local-limit`, { cluster: platform.cluster, app: { namespace: app.namespace, podLabels: appLabels(settings) }, ready, ...args.localRateLimit }, { parent: this });

    this.registerOutputs({ address: this.address, identity: this.identity, namespace: this.namespace, hosts: this.hosts });
  }
}
