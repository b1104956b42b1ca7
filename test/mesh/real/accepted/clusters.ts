import { askForEverything } from "../../../support/plans";
import { Planned, plannedApps, plannedEnvironment } from "../claims/planned";

/** A cluster's programs: the platform of an environment, and what app teams put on it. */
export interface Cluster {
  readonly name: string;
  /** In the order in which they are brought up, by name. */
  readonly programs: Readonly<Record<string, Planned>>;
}

/** Every cluster that the tests have: the environments as their files say, one with every optional part, and the examples on dev. */
export const clusterNames = ["dev", "staging", "prod", "dev with everything"] as const;

export type ClusterName = (typeof clusterNames)[number];

const examples = ["echo", "guestbook", "consumer"];

/** Plans a cluster's programs. */
export async function plannedCluster(name: ClusterName): Promise<Cluster> {
  const platform = await (name === "dev with everything" ? plannedEnvironment("dev", askForEverything) : plannedEnvironment(name));
  if (name !== "dev") return { name, programs: { platform } };
  const apps = await Promise.all(examples.map(async (example) => [example, await plannedApps(`examples/${example}`, platform)] as const));
  return { name, programs: { platform, ...Object.fromEntries(apps) } };
}

/** The platform's part of a cluster. */
export function platformOf({ name, programs: { platform } }: Cluster): Planned {
  if (platform === undefined) throw new Error(`${name} has no platform.`);
  return platform;
}
