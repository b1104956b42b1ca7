import * as pulumi from "@pulumi/pulumi";
import { MeshAppFacade } from "./meshAppFacade";
import { PlatformFacade } from "./platformFacade";
import schema from "./schema.json";

/**
 * The facades as a package that Pulumi programs in any language use: what the engine asks of it is its schema, and to make a component.
 *
 * @source https://www.pulumi.com/docs/iac/guides/building-extending/packages/source-based-plugin/
 */
export class ComponentPackage implements pulumi.provider.Provider {
  readonly version = schema.version;
  readonly schema = JSON.stringify(schema);

  /** Makes a facade. No compiler has checked the inputs that the engine hands over. */
  construct(name: string, type: string, inputs: pulumi.Inputs, options: pulumi.ComponentResourceOptions): Promise<pulumi.provider.ConstructResult> {
    const facade = [PlatformFacade, MeshAppFacade].find((each) => each.type === type);
    if (facade === undefined) return Promise.reject(new Error(`The package ${schema.name} has no component ${type}; it has ${Object.keys(schema.resources).join(" and ")}.`));
    return facade.construct(name, inputs, options);
  }
}
