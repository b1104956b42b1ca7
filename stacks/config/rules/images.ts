import { cachedRepositoryProblems, isOnDockerHub } from "../../../components/azure/cachedRepositories";
import { dockerHubProblems } from "../../../components/azure/dockerHubProblems";
import { platformRepositories } from "../platformRepositories";
import { rule } from "../rule";

const path = "images.dockerHub";

export const imageRules = [
  rule({
    id: "registry-needs-docker-hub",
    source: "https://learn.microsoft.com/azure/container-registry/artifact-cache-overview#upstream-support",
    sections: ["images"],
    check: ({ images: { source, dockerHub } }) =>
      source === "upstream" || dockerHub !== undefined
        ? []
        : [
            {
              path,
              message: "is missing: images.source is registry, and the registry caches Istio's images and others from Docker Hub only when it signs in there",
              allowed: "vaultId, usernameSecretUri and passwordSecretUri",
              fix: "Keep the name and an access token of an account as two secrets in a key vault and name them, or set images.source to upstream.",
            },
          ],
  }),
  rule({
    id: "docker-hub-unused",
    source: "the platform's own: a setting that does nothing is a mistake",
    sections: ["images", "registry"],
    check: ({ images: { source, dockerHub }, registry }) =>
      source === "registry" || dockerHub === undefined || registry.cachedRepositories.some(isOnDockerHub)
        ? []
        : [{ path, message: "would not be used: nodes pull from Docker Hub without signing in", fix: "Set images.source to registry, or remove it." }],
  }),
  rule({
    id: "cached-repositories",
    source: "https://learn.microsoft.com/azure/container-registry/artifact-cache-overview",
    sections: ["images", "registry"],
    check: ({ images, registry }) => cachedRepositoryProblems("registry.cachedRepositories", registry.cachedRepositories, platformRepositories(images)),
  }),
  rule({
    id: "cached-needs-docker-hub",
    source: "https://learn.microsoft.com/azure/container-registry/artifact-cache-overview#upstream-support",
    sections: ["images", "registry"],
    check: ({ images: { dockerHub }, registry }) => {
      const given = registry.cachedRepositories.filter(isOnDockerHub);
      if (given.length === 0 || dockerHub !== undefined) return [];
      const fix = "Keep the name and an access token of an account as two secrets in a key vault and name them, or cache Docker's own images from public.ecr.aws/docker/library.";
      return [{ path, message: "is missing: the registry caches repositories of Docker Hub only when it signs in there", given: given.join(", "), allowed: "vaultId, usernameSecretUri and passwordSecretUri", fix }];
    },
  }),
  rule({
    id: "docker-hub-account",
    source: "https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#vault-name-and-object-name",
    sections: ["images"],
    check: ({ images: { dockerHub } }) => (dockerHub === undefined ? [] : dockerHubProblems(path, dockerHub)),
  }),
];
