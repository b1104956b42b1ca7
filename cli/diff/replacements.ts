import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { holdsUnknown, isRecord, Properties, Secret } from "../../simulator/engine/values";
import { Replacement, ReplaceReason } from "./model";
import { providerUrn } from "./options";
import { forces, forcingValues, Replacing, replacingProperties, valuesAt } from "./replacement/replacement";
import { segments, ValueChange } from "./values";

/** What is known of a resource that is made anew. */
interface Replaced {
  /** Whether it is for sure. */
  readonly sure: boolean;
  /** Whether the old one is deleted before the new one is made. */
  readonly first: Replacement;
}

/** Which resources of a plan are made anew. They are judged in the plan's order, so that what others follow is known first. */
export class Replacements {
  private readonly byUrn: ReadonlyMap<string, RecordedResource>;
  private readonly replaced = new Map<string, Replaced>();

  constructor(plan: Plan) {
    this.byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
  }

  /** Why a resource is made anew, given its changes; what is sure comes first. */
  judge(resource: RecordedResource, changes: readonly ValueChange[]): ReplaceReason[] {
    const own = changes.flatMap((change): ReplaceReason[] => {
      const forced = this.forcedBy(resource, change);
      return forced === "no" ? [] : [{ path: change.path, sure: forced === "yes" }];
    });
    const byProperty = this.byProperty(resource, new Set(own.map(({ path }) => path)));
    const reasons = [...own, ...this.byOption(resource), ...byProperty].sort((a, b) => Number(b.sure) - Number(a.sure));
    // What follows one that goes first, goes before that one.
    const first = worst([this.isDeletedFirst(resource, changes), ...byProperty.map(({ sure }) => (sure ? "yes" : "unsure"))]);
    if (reasons.length > 0) this.replaced.set(resource.urn, { sure: reasons.some(({ sure }) => sure), first });
    return reasons;
  }

  /** Whether a change of a resource has it made anew. */
  forcedBy(resource: RecordedResource, change: ValueChange): Replacement {
    const { keys, path, before, after } = change;
    // Another provider may reach the same cloud: the engine makes anew what it can't tell.
    if (path === "options.provider") return "unsure";
    if (keys[0] === "options") return "no";
    const asked = (resource.replaceOnChanges ?? []).map((pattern) => askedFor(segments(pattern), keys, [before, after]));
    return worst([...asked, this.byTable(resource, change)]);
  }

  private byTable(resource: RecordedResource, { keys, before, after }: ValueChange): Replacement {
    const replacing = this.table(resource);
    return replacing === undefined || keys[0] === "options" ? "no" : forces(replacing, keys, before, after);
  }

  /**
   * Whether the old one goes before the new one comes: where the option says so, and else where its provider does when it replaces by its own rules.
   *
   * @source https://www.pulumi.com/docs/iac/concepts/options/deletebeforereplace/
   */
  private isDeletedFirst(resource: RecordedResource, changes: readonly ValueChange[]): Replacement {
    if (resource.deleteBeforeReplace === true) return "yes";
    const rule = this.table(resource)?.deletedFirst;
    if (rule === undefined || !valuesAt(resource.inputs, rule.given.split(".")).some((name) => typeof name === "string")) return "no";
    const isRenamed = changes.some(({ keys, before, after }) => (rule.unlessChanged ?? []).some((path) => askedFor(path.split("."), keys, [before, after]) !== "no"));
    return isRenamed ? "no" : worst(changes.map((change) => this.byTable(resource, change)));
  }

  /**
   * What a resource follows by an option: what it is to be replaced with, and its provider.
   *
   * @source https://www.pulumi.com/docs/iac/concepts/options/replacewith/
   */
  private byOption(resource: RecordedResource): ReplaceReason[] {
    const followed = [...(resource.replaceWith ?? []).map((urn) => ["options.replaceWith", urn] as const), ["options.provider", providerUrn(resource) ?? ""] as const];
    return followed.flatMap(([path, urn]) => {
      const leader = this.replaced.get(urn);
      return leader === undefined ? [] : [{ path, sure: leader.sure, follows: urn }];
    });
  }

  /**
   * What a resource follows by its properties. Where the old leader is deleted first, the engine takes each property that has something of it as
   * unknown, and asks the provider whether that forces a replacement. Where it isn't, only a value counts: one that differs is among the changes,
   * and one that the cloud makes up for the leader may be another one.
   *
   * @source https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/step_generator.go
   */
  private byProperty(resource: RecordedResource, known: ReadonlySet<string>): ReplaceReason[] {
    const replacing = this.table(resource);
    if (replacing === undefined) return [];
    const properties = Object.entries(resource.propertyDependencies ?? {}).filter(([key]) => !known.has(key) && !(resource.ignoreChanges ?? []).includes(key));
    return properties.flatMap(([key, urns]) =>
      urns.flatMap((urn): ReplaceReason[] => {
        const leader = this.replaced.get(urn);
        if (leader === undefined) return [];
        const value = resource.inputs[key];
        if (leader.first !== "no" && replacing.yes.some((pattern) => pattern === key || pattern === "*")) return [{ path: key, sure: leader.sure && leader.first === "yes", follows: urn }];
        const isAsked = leader.first !== "no" && isAskedAsWhole(resource, key) && forces(replacing, [key], value) !== "no";
        return isAsked || forcingValues(replacing, key, value).some((inner) => this.isMadeUpFor(urn, inner)) ? [{ path: key, sure: false, follows: urn }] : [];
      }),
    );
  }

  /** True of a value that is not known, or holds a text of a resource's that only its cloud decides. */
  private isMadeUpFor(urn: string, value: unknown): boolean {
    if (holdsUnknown(value)) return true;
    const { inputs, outputs } = this.byUrn.get(urn) ?? { inputs: {}, outputs: {} };
    const given = new Set(textsIn(inputs));
    const madeUp = textsIn(outputs).filter((text) => text.length >= shortestId && !given.has(text));
    return textsIn(value).some((text) => madeUp.some((part) => text.includes(part)));
  }

  private table(resource: RecordedResource): Replacing | undefined {
    const provider: Properties | undefined = this.byUrn.get(providerUrn(resource) ?? "")?.inputs;
    return replacingProperties(resource.type, { inputs: resource.inputs, ...(provider && { provider }) });
  }
}

// Shorter ones are words like "Succeeded" rather than ids and addresses.
const shortestId = 12;

/**
 * True where the provider may take a property that is unknown as a whole for one whose parts change. That of Kubernetes looks for the parts in what
 * it would send, where an unknown property has none; only without a name or a namespace it can't tell.
 *
 * @source https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/provider.go
 */
function isAskedAsWhole({ type }: RecordedResource, key: string): boolean {
  return !type.startsWith("kubernetes:") || key === "metadata";
}

/**
 * Whether a change is at a path that is asked for, as by `replaceOnChanges`, which has places in lists besides. Where something above that path comes
 * or goes as a whole with it, it depends on whether the provider tells of the whole or of the part.
 */
function askedFor(pattern: readonly string[], keys: readonly string[], sides: readonly unknown[]): Replacement {
  const wanted = pattern.filter((key) => !/^\d+$/.test(key));
  const shared = Math.min(wanted.length, keys.length);
  if (wanted.slice(0, shared).some((key, index) => key !== "*" && key !== keys[index])) return "no";
  const below = wanted.slice(shared);
  if (below.length === 0) return "yes";
  return sides.some((side) => valuesAt(side, below).length > 0) ? "unsure" : "no";
}

function worst(all: readonly Replacement[]): Replacement {
  return all.includes("yes") ? "yes" : all.includes("unsure") ? "unsure" : "no";
}

/** All texts in a value, also those that are secret. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value instanceof Secret) return textsIn(value.value);
  return Array.isArray(value) || isRecord(value) ? Object.values(value).flatMap(textsIn) : [];
}
