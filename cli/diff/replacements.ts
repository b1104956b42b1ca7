import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { Properties } from "../../simulator/engine/values";
import { Replacement, ReplaceReason } from "./model";
import { providerUrn } from "./options";
import { forces, replacingProperties } from "./replacement/replacement";
import { segments, ValueChange } from "./values";

/** Which resources of a plan are made anew. They are judged in the plan's order, so that what others follow is known first. */
export class Replacements {
  private readonly byUrn: ReadonlyMap<string, RecordedResource>;
  /** What is made anew, and whether that is sure. */
  private readonly replaced = new Map<string, boolean>();

  constructor(plan: Plan) {
    this.byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
  }

  /** Why a resource is made anew, given its changes; what is sure comes first. */
  judge(resource: RecordedResource, changes: readonly ValueChange[]): ReplaceReason[] {
    const own = changes.flatMap((change): ReplaceReason[] => {
      const forced = this.forcedBy(resource, change);
      return forced === "no" ? [] : [{ path: change.path, sure: forced === "yes" }];
    });
    const reasons = [...own, ...this.following(resource, new Set(own.map(({ path }) => path)))].sort((a, b) => Number(b.sure) - Number(a.sure));
    if (reasons.length > 0) this.replaced.set(resource.urn, reasons.some(({ sure }) => sure));
    return reasons;
  }

  /** Whether a change of a resource has it made anew. */
  forcedBy(resource: RecordedResource, { keys, path, before, after }: ValueChange): Replacement {
    // Another provider may reach the same cloud: the engine makes anew what it can't tell.
    if (path === "options.provider") return "unsure";
    if (keys[0] === "options") return "no";
    if ((resource.replaceOnChanges ?? []).some((pattern) => isBelow(keys, segments(pattern)))) return "yes";
    const replacing = this.table(resource);
    return replacing === undefined ? "no" : forces(replacing, keys, before, after);
  }

  /**
   * What a resource follows: what it is to be replaced with, its provider, and what it has a property of that can't be changed in place. A
   * value of a resource that is made anew is another one only where the engine can't know it, or deletes the old one first.
   *
   * @source https://www.pulumi.com/docs/iac/concepts/options/replacewith/
   * @source https://www.pulumi.com/docs/iac/concepts/options/deletebeforereplace/
   */
  private following(resource: RecordedResource, known: ReadonlySet<string>): ReplaceReason[] {
    const reason = (path: string, urn: string | undefined, sure: boolean): ReplaceReason[] => {
      const leader = urn === undefined ? undefined : this.replaced.get(urn);
      return urn === undefined || leader === undefined ? [] : [{ path, sure: sure && leader, follows: urn }];
    };
    const replacing = this.table(resource);
    const properties = Object.entries(resource.propertyDependencies ?? {}).filter(([key]) => !known.has(key) && !(resource.ignoreChanges ?? []).includes(key));
    const byProperty = properties.flatMap(([key, urns]) => {
      const forced = replacing === undefined ? "no" : forces(replacing, [key], resource.inputs[key]);
      const isWhole = replacing?.yes.includes(key) ?? false;
      return forced === "no" ? [] : urns.flatMap((urn) => reason(key, urn, isWhole && this.byUrn.get(urn)?.deleteBeforeReplace === true));
    });
    return [...(resource.replaceWith ?? []).flatMap((urn) => reason("options.replaceWith", urn, true)), ...reason("options.provider", providerUrn(resource), true), ...byProperty];
  }

  private table(resource: RecordedResource): ReturnType<typeof replacingProperties> {
    const provider: Properties | undefined = this.byUrn.get(providerUrn(resource) ?? "")?.inputs;
    return replacingProperties(resource.type, { inputs: resource.inputs, ...(provider && { provider }) });
  }
}

/** True where the first keys are those of a pattern of `replaceOnChanges`, which has places in lists besides. */
function isBelow(keys: readonly string[], pattern: readonly string[]): boolean {
  return pattern.filter((key) => !/^\d+$/.test(key)).every((key, index) => key === "*" || key === keys[index]);
}
