import { outside, rule } from "../rule";

const channels = "https://learn.microsoft.com/azure/aks/auto-upgrade-cluster";
const istioReleases = "https://istio.io/latest/docs/releases/supported-releases/";

/**
 * The minor versions of Kubernetes 1 that the platform runs on: those that its Istio (components/shared/versions.ts) supports, from the
 * first on that makes sidecars native, as the platform's Jobs and pods expect.
 */
const supportedMinors = { min: 33, max: 36 };

const versionForm = /^1\.(\d{1,2})$/;

export const upgradeRules = [
  rule({
    id: "kubernetes-version-form",
    source: "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions",
    sections: ["cluster"],
    check: ({ cluster: { kubernetesVersion } }) =>
      kubernetesVersion === undefined || versionForm.test(kubernetesVersion) ? [] : [{ path: "cluster.kubernetesVersion", message: "is not a minor version of Kubernetes", given: JSON.stringify(kubernetesVersion), allowed: 'as "1.36"', fix: "Leave the patch to the upgrade channel; list the versions with `az aks get-versions --location <region>`." }],
  }),
  rule({
    id: "kubernetes-version-supported",
    source: istioReleases,
    sections: ["cluster"],
    check: ({ cluster: { kubernetesVersion } }) => {
      const minor = Number(versionForm.exec(kubernetesVersion ?? "")?.[1] ?? supportedMinors.min);
      if (minor >= supportedMinors.min && minor <= supportedMinors.max) return [];
      return [{ path: "cluster.kubernetesVersion", message: "is not a version that the platform's Istio runs on", given: kubernetesVersion, allowed: `1.${supportedMinors.min} to 1.${supportedMinors.max}` }];
    },
  }),
  rule({
    id: "kubernetes-version-stable",
    source: channels,
    sections: ["cluster"],
    check: ({ cluster: { kubernetesVersion, upgrades } }) =>
      kubernetesVersion !== undefined && upgrades.channel === "stable"
        ? [{ path: "cluster.kubernetesVersion", message: "does not go with the channel stable, which moves on to newer minor versions", given: kubernetesVersion, allowed: "nothing", fix: "Remove it, or choose the channel patch." }]
        : [],
  }),
  rule({
    id: "rapid-channel",
    source: `${channels} and ${istioReleases}`,
    sections: ["cluster"],
    check: ({ cluster }) =>
      cluster.upgrades.channel === "rapid" ? [{ path: "cluster.upgrades.channel", message: "takes up a new minor version before Istio supports it", given: "rapid", allowed: "patch, stable, node-image or none" }] : [],
  }),
  rule({
    id: "node-image-channel",
    source: channels,
    sections: ["cluster"],
    check: ({ cluster: { upgrades } }) =>
      upgrades.channel === "node-image" && upgrades.nodeOsChannel !== "NodeImage"
        ? [{ path: "cluster.upgrades.nodeOsChannel", message: "does not go with the channel node-image", given: upgrades.nodeOsChannel, allowed: "NodeImage" }]
        : [],
  }),
  rule({
    id: "window-hours",
    source: "https://learn.microsoft.com/azure/aks/planned-maintenance",
    sections: ["cluster"],
    check: ({ cluster }) => outside("cluster.upgrades.window.hours", cluster.upgrades.window.hours, { min: 4, max: 24 }, "hours"),
  }),
  rule({
    id: "max-surge",
    source: "https://learn.microsoft.com/azure/aks/upgrade-aks-cluster#customize-node-surge-upgrade",
    sections: ["cluster"],
    check: ({ cluster: { upgrades } }) =>
      /^([1-9]\d?|100)%?$/.test(upgrades.maxSurge) ? [] : [{ path: "cluster.upgrades.maxSurge", message: "is neither a number nor a share of nodes", given: JSON.stringify(upgrades.maxSurge), allowed: '"1" to "100", or "1%" to "100%"' }],
  }),
];
