import { ChartDeclaration, DeclaredPort, DeclaredWorkload } from "../shared/chart";
import { imageParts, ImageSource } from "../shared/images";
import { Placement, placements } from "../shared/placement";
import { SpreadConstraint, spreadOver } from "../shared/spread";
import { Image, images } from "../shared/versions";

interface ImageValues {
  readonly repository: string;
  readonly tag: string;
}

interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly memory: string };
}

/** What the chart takes for each of its Deployments. */
interface DeploymentValues extends Placement {
  readonly image: ImageValues;
  readonly replicaCount: number;
  readonly podDisruptionBudget: { readonly enabled: boolean; readonly minAvailable: number };
  readonly resources: Resources;
  readonly topologySpreadConstraints: readonly SpreadConstraint[];
}

/** Values of the `cert-manager` chart, as the platform sets them. The controller's are at the top. */
export interface CertManagerValues extends DeploymentValues {
  readonly crds: { readonly enabled: boolean; readonly keep: boolean };
  readonly prometheus: { readonly enabled: boolean };
  readonly global: { readonly leaderElection: { readonly namespace: string } };
  readonly podLabels: Readonly<Record<string, string>>;
  readonly webhook: DeploymentValues;
  readonly cainjector: DeploymentValues;
  readonly acmesolver: { readonly image: ImageValues };
  readonly startupapicheck: Placement & { readonly enabled: boolean; readonly image: ImageValues; readonly resources: Resources };
}

/** The release, and with it what the chart names after it. */
export const certManager = {
  name: "cert-manager",
  controllerLabels: podLabels("cert-manager", "controller"),
  webhookLabels: podLabels("webhook", "webhook"),
  webhookPort: 10250,
  metricsPort: 9402,
} as const;

function podLabels(name: string, component: string): Readonly<Record<string, string>> {
  return { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": "cert-manager", "app.kubernetes.io/component": component };
}

/**
 * The chart's values. It gives its pods the security context of the level `restricted` by itself.
 * @source https://cert-manager.io/docs/installation/best-practice/
 */
export function certManagerValues(source: ImageSource): CertManagerValues {
  const deployment = (image: Image, labels: Readonly<Record<string, string>>, memory: string): DeploymentValues => ({
    image: imageValues(image, source),
    replicaCount: 2,
    podDisruptionBudget: { enabled: true, minAvailable: 1 },
    resources: { requests: { cpu: "10m", memory }, limits: { memory: "512Mi" } },
    topologySpreadConstraints: spreadOver(labels),
    ...placements.user,
  });
  return {
    ...deployment(images.certManagerController, certManager.controllerLabels, "64Mi"),
    // A release that goes must not take every certificate of the cluster with it.
    crds: { enabled: true, keep: true },
    // The chart would ask for rights in kube-system.
    global: { leaderElection: { namespace: certManager.name } },
    prometheus: { enabled: true },
    // The label makes AKS add the token that Entra ID takes. The client is named by the issuer.
    podLabels: { "azure.workload.identity/use": "true" },
    webhook: deployment(images.certManagerWebhook, certManager.webhookLabels, "32Mi"),
    cainjector: deployment(images.certManagerCainjector, podLabels("cainjector", "cainjector"), "64Mi"),
    acmesolver: { image: imageValues(images.certManagerAcmeSolver, source) },
    // Helm waits for this Job, which waits until the webhook answers: an issuer made before would be refused.
    startupapicheck: {
      enabled: true,
      image: imageValues(images.certManagerStartupCheck, source),
      resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
      ...placements.user,
    },
  };
}

function imageValues(image: Image, source: ImageSource): ImageValues {
  const { registry, repository, tag } = imageParts(image, source);
  return { repository: `${registry}/${repository}`, tag };
}

const metrics: DeclaredPort = { port: certManager.metricsPort, targetPort: certManager.metricsPort };

/** What a release of the chart makes that others rely on. */
export const certManagerDeclaration: ChartDeclaration = {
  services: {
    "cert-manager": { ports: { "http-metrics": metrics } },
    "cert-manager-cainjector": { ports: { "http-metrics": metrics } },
    "cert-manager-webhook": { ports: { https: { port: 443, targetPort: certManager.webhookPort }, metrics } },
  },
  workloads: {
    "cert-manager": workload("cert-manager", certManager.controllerLabels),
    "cert-manager-cainjector": workload("cert-manager-cainjector", podLabels("cainjector", "cainjector")),
    "cert-manager-webhook": workload("cert-manager-webhook", certManager.webhookLabels),
  },
};

function workload(serviceAccount: string, labels: Readonly<Record<string, string>>): DeclaredWorkload {
  return { kind: "Deployment", podLabels: labels, serviceAccount };
}
