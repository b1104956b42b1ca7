import { Problem } from "../shared/errors";

/** Where a public repository is found in the registry: under its own path. */
export function cachedAs(repository: string): string {
  return repository.slice(repository.indexOf("/") + 1);
}

/** True for a repository that a registry caches only when it signs in. */
export function isOnDockerHub(repository: string): boolean {
  return repository.startsWith("docker.io/");
}

/** The public registries that can be cached: https://learn.microsoft.com/azure/container-registry/artifact-cache-overview#upstream-support */
const upstreams = ["docker.io", "mcr.microsoft.com", "public.ecr.aws", "ghcr.io", "quay.io", "registry.k8s.io"];
const repositoryPattern = /^[a-z0-9.-]+(\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+$/;

/**
 * What is wrong with repositories that are to be cached, beside those that are cached already.
 *
 * @source https://learn.microsoft.com/azure/container-registry/artifact-cache-overview
 */
export function cachedRepositoryProblems(path: string, repositories: readonly string[], already: readonly string[] = []): Problem[] {
  return repositories.flatMap((given, index): Problem[] => {
    if (!repositoryPattern.test(given) || !upstreams.some((host) => given.startsWith(`${host}/`))) {
      const allowed = `a path without a tag in ${upstreams.join(", ")}`;
      return [{ path, message: "is not a repository that can be cached", given, allowed, fix: "Name host and path, as docker.io/istio/pilot." }];
    }
    if (/^docker\.io\/[^/]+$/.test(given)) {
      return [{ path, message: "is no whole path", given, fix: `Docker's own images are under library: write ${given.replace("/", "/library/")}.` }];
    }
    const earlier = [...already.filter((other) => other !== given), ...repositories.slice(0, index)].find((other) => cachedAs(other) === cachedAs(given));
    return earlier === undefined ? [] : [{ path, message: `would be cached under the same path as ${earlier}`, given, fix: "Keep one of the two." }];
  });
}
