/** A place that something is no longer served from, or not for long. */
export interface RetiredPlace {
  /** What a reference to it begins with. */
  readonly prefix: string;
  readonly why: string;
}

const bitnami = "since 2025-08-28 Bitnami's versioned images are gone from there or frozen without patches";
// https://istio.io/latest/blog/2026/retirement-of-gcp/
const istio = "Istio publishes nothing there since 1.31, and what is there is deleted in December 2026";
// https://kubernetes.io/blog/2023/03/10/image-registry-redirect/
const kubernetes = "the registry is frozen since 2023-04-03";

/** Where images can no longer be relied on. */
export const retiredImages: readonly RetiredPlace[] = [
  { prefix: "docker.io/bitnami/", why: bitnami },
  { prefix: "docker.io/bitnamilegacy/", why: bitnami },
  { prefix: "gcr.io/istio-release/", why: istio },
  { prefix: "registry.istio.io/", why: istio },
  { prefix: "k8s.gcr.io/", why: kubernetes },
  { prefix: "gcr.io/google_containers/", why: kubernetes },
  { prefix: "gcr.io/spinnaker-marketplace/", why: "Spinnaker publishes to ghcr.io alone" },
  { prefix: "us-docker.pkg.dev/spinnaker-community/", why: "Spinnaker publishes to ghcr.io alone" },
];

/** Where charts can no longer be relied on. */
export const retiredCharts: readonly RetiredPlace[] = [
  { prefix: "https://charts.bitnami.com", why: bitnami },
  { prefix: "oci://registry-1.docker.io/bitnamicharts", why: bitnami },
  { prefix: "oci://docker.io/bitnamicharts", why: bitnami },
  { prefix: "https://istio-release.storage.googleapis.com", why: istio },
  { prefix: "oci://gcr.io/istio-release", why: istio },
  { prefix: "oci://registry.istio.io", why: istio },
  { prefix: "https://kubernetes-charts.storage.googleapis.com", why: "the stable charts are deprecated since 2020-11-13" },
  { prefix: "https://charts.helm.sh/stable", why: "the stable charts are deprecated since 2020-11-13" },
];
