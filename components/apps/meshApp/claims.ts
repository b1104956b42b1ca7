import { MeshAppSettings } from "./settings";

/** What the apps of the running program have taken: hosts of each platform that it deploys to, names of objects in each namespace. */
const claims = new WeakMap<object, Map<string, string>>();

/** The app of this program that answers on one of its platform's hosts already. */
export function hostClaimant({ platform }: MeshAppSettings, host: string): string | undefined {
  return claims.get(platform)?.get(host);
}

/** The app of this program that has an object of a name in the same namespace already. */
export function nameClaimant({ namespace }: MeshAppSettings, name: string): string | undefined {
  return namespace && claims.get(namespace)?.get(name);
}

/** The names of what an app alone may have in its namespace: its Service, and a Deployment for each version. */
export function claimedNames({ app: { app, versions } }: MeshAppSettings): string[] {
  return [`Service ${app}`, ...Object.keys(versions).map((version) => `Deployment ${app}-${version}`)];
}

/** Notes what an app has taken. */
export function claim(settings: MeshAppSettings): void {
  const { name, platform, namespace, app } = settings;
  note(platform, app.hosts, name);
  if (namespace) note(namespace, claimedNames(settings), name);
}

function note(owner: object, taken: readonly string[], by: string): void {
  const known = claims.get(owner) ?? new Map<string, string>();
  claims.set(owner, known);
  for (const one of taken) known.set(one, by);
}
