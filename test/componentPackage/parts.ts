import { providerUrn } from "../../cli/diff/options";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { present } from "../../simulator/engine/values";

/** A component and all that is below it, as a package has registered it or a program: without the facade around it. */
export function partsOf({ resources }: Plan, component: string): unknown[] {
  const [{ urn: root } = { urn: "" }] = resources.filter(({ type }) => type === component);
  const isBelow = (resource: RecordedResource | undefined): boolean => resource !== undefined && (resource.urn === root || isBelow(resources.find(({ urn }) => urn === resource.parent)));
  const facade = root.slice(0, root.indexOf(component));
  return resources.filter(isBelow).map((resource) => {
    // A dynamic provider's text differs by how its module was compiled.
    const { __provider: _, ...inputs } = resource.inputs;
    // A provider's id is made of its URN, and the root's parent is the facade or the stack.
    const { parent, ...others } = present({ ...resource, inputs, outputs: {}, provider: providerUrn(resource) }) as Record<string, unknown>;
    const text = JSON.stringify({ ...others, ...(resource.urn !== root && { parent }) });
    return JSON.parse(facade === "" ? text : text.replaceAll(facade, facade.slice(0, facade.lastIndexOf("::") + 2))) as unknown;
  });
}
