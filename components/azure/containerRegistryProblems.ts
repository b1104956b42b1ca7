import { Problem } from "../shared/errors";
import { cachedRepositoryProblems, isOnDockerHub } from "./cachedRepositories";
import type { ContainerRegistryArgs } from "./containerRegistry";
import { dockerHubProblems } from "./dockerHubProblems";
import { objectIdProblems } from "./objectIdProblems";

/** What Azure would refuse of a registry, or couldn't do. */
export function containerRegistryProblems({ retentionDays, cachedRepositories, dockerHub, publishers = [] }: ContainerRegistryArgs): Problem[] {
  return [
    ...retentionProblems(retentionDays),
    ...cachedRepositoryProblems("cachedRepositories", cachedRepositories),
    ...(dockerHub === undefined ? missingAccountProblems(cachedRepositories) : dockerHubProblems("dockerHub", dockerHub)),
    ...objectIdProblems("publishers", publishers),
  ];
}

function retentionProblems(days: number): Problem[] {
  if (Number.isInteger(days) && days >= 0 && days <= 365) return [];
  return [{ path: "retentionDays", message: "is not a time that the registry takes", given: String(days), allowed: "a whole number of days from 0 to 365" }];
}

function missingAccountProblems(repositories: readonly string[]): Problem[] {
  const given = repositories.filter(isOnDockerHub);
  if (given.length === 0) return [];
  const fix = "Keep the name and an access token of an account as two secrets in a key vault and name them here, or don't cache these.";
  return [{ path: "dockerHub", message: "is missing: a registry caches repositories of Docker Hub only when it signs in there", given: given.join(", "), fix }];
}
