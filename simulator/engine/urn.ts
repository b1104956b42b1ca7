export const stackType = "pulumi:pulumi:Stack";

/** What a URN is made of. */
export interface UrnParts {
  readonly stack: string;
  readonly project: string;
  /** The URN of the parent; empty where there is none. */
  readonly parent: string;
  readonly type: string;
  readonly name: string;
}

/** `urn:pulumi:STACK::PROJECT::PARENT-TYPES$TYPE::NAME`, without the stack's own type among the parents'. */
export function urnOf({ stack, project, parent, type, name }: UrnParts): string {
  const parentTypes = parent.split("::")[2];
  const chain = parentTypes === undefined || parentTypes === stackType ? [] : [parentTypes];
  return `urn:pulumi:${stack}::${project}::${[...chain, type].join("$")}::${name}`;
}

/** What a URN tells of its resource. */
export function partsOf(urn: string): Omit<UrnParts, "parent"> {
  const [start = "", project = "", types = "", ...name] = urn.split("::");
  return { stack: start.replace("urn:pulumi:", ""), project, type: types.split("$").at(-1) ?? types, name: name.join("::") };
}
