import { answerTo } from "./answers";
import { lookups } from "./answers/lookups";
import { Cloud, Created, Registration } from "./cloud";
import { Finding, Mode } from "./engine/plan";
import { merge, Properties } from "./engine/values";
import { Reading, Resource } from "./resource";
import { rules } from "./rules";
import { appliesTo, Rule } from "./rules/rule";
import { SignedInClient, World } from "./world";

export type { SignedInClient };

/**
 * Azure, Entra ID and Kubernetes as far as a preview needs them: it answers registrations with what these would add, and reports what they
 * are documented to refuse, with the source of each rule. It is made from documentation and makes nothing: neither an answer nor a
 * refusal proves what the real services do.
 */
export class EmbeddedCloud implements Cloud {
  private readonly world: World;
  private readonly rulesByType = new Map<string, readonly Rule[]>();

  constructor(client: SignedInClient) {
    this.world = new World(client);
  }

  /** Checks and makes a resource. A refused one is made all the same, so that one run shows every problem. Throws on an unknown type. */
  register(registration: Registration, mode: Mode): { created: Created; findings: readonly Finding[] } {
    const answer = answerTo(registration.type);
    const wanted = new Resource(registration);
    // In a preview nothing is made: ids and whatever a cloud adds stay unknown.
    const created = mode === "up" ? answer(wanted, this.world) : { id: "", outputs: {} };
    const findings = this.check(new Resource(registration, registration.inputs, created.id));
    this.world.add(new Resource(registration, merge(registration.inputs, created.outputs) as Properties, created.id));
    return { created, findings };
  }

  /** Checks the finished world. Of the components' outputs it takes what releases of charts are said to make. */
  finish(outputs: readonly Properties[]): readonly Finding[] {
    outputs.forEach((output) => this.world.declare(new Reading(output)));
    return this.world.all().flatMap((resource) => this.check(resource, true));
  }

  /** Answers a lookup. Throws on an unknown one. */
  invoke(token: string, args: Properties): Properties {
    const lookup = lookups[token];
    if (lookup === undefined) throw new Error(`The embedded cloud does not know the lookup ${token}. In this project, add it to simulator/answers/lookups.ts; preview a program of another project with "pulumi preview".`);
    return lookup(new Reading(args), this.world);
  }

  private check(resource: Resource, atEnd = false): Finding[] {
    return this.rulesFor(resource.type).filter((rule) => (rule.atEnd === true) === atEnd).flatMap((rule) => {
      const message = rule.check(resource, this.world);
      return message === undefined ? [] : [{ policy: rule.id, level: rule.level ?? "error", urn: resource.urn, message, docs: rule.source }];
    });
  }

  private rulesFor(type: string): readonly Rule[] {
    const found = this.rulesByType.get(type) ?? rules.filter((rule) => appliesTo(rule, type));
    this.rulesByType.set(type, found);
    return found;
  }
}
