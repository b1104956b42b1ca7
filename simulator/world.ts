import { Reading, Resource } from "./resource";

/** Whom the embedded cloud takes the signed-in client to be: the config's own tenant and subscription. */
export interface SignedInClient {
  readonly tenantId: string;
  readonly subscriptionId: string;
}

/** What has been registered so far, and for whom. */
export class World {
  private readonly byUrn = new Map<string, Resource>();
  private readonly byType = new Map<string, Resource[]>();
  private readonly declarations = new Map<string, Reading>();

  constructor(readonly client: SignedInClient) {}

  add(resource: Resource): void {
    this.byUrn.set(resource.urn, resource);
    this.of(resource.type).push(resource);
  }

  /** Everything that was registered. */
  all(): Resource[] {
    return [...this.byUrn.values()];
  }

  /** Takes over what a component says that the release of a chart makes; other outputs are passed over. */
  declare(outputs: Reading): void {
    const name = outputs.text("releaseName");
    if (name !== undefined && outputs.has("declares")) this.declarations.set(name, new Reading(outputs.get("declares")));
  }

  /** What the release of a chart is said to make, by the release's name. */
  declared(releaseName: string | undefined): Reading | undefined {
    return releaseName === undefined ? undefined : this.declarations.get(releaseName);
  }

  /** All resources of a type. */
  of(type: string): Resource[] {
    const known = this.byType.get(type) ?? [];
    this.byType.set(type, known);
    return known;
  }

  /** The resource of a type with this id. Azure's ids do not tell upper from lower case. */
  withId(type: string, id: string | undefined): Resource | undefined {
    return id === undefined ? undefined : this.of(type).find((resource) => resource.id !== "" && sameText(resource.id, id));
  }

  /** The resource of a type whose properties have these texts. */
  where(type: string, texts: Readonly<Record<string, string | undefined>>): Resource | undefined {
    return this.of(type).find((resource) => Object.entries(texts).every(([path, text]) => text !== undefined && resource.text(path) === text));
  }

  /**
   * All that a resource waits for, through any number of steps. What is in this set is there before the resource in every run; what is
   * merely registered may come later.
   */
  neededBy(resource: Resource): Resource[] {
    const seen = new Set<string>();
    const pending = [resource];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const urn of [...next.dependencies, ...(next.provider === undefined ? [] : [next.provider.split("::").slice(0, -1).join("::")])]) {
        const needed = this.byUrn.get(urn);
        if (needed === undefined || seen.has(urn)) continue;
        seen.add(urn);
        pending.push(needed);
      }
    }
    return [...seen].map((urn) => this.byUrn.get(urn)).filter((found) => found !== undefined);
  }
}

/** Compares as Azure compares ids, names and regions: upper and lower case are the same. */
export function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
