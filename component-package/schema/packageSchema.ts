import * as fs from "node:fs";
import { z } from "zod";
import { sections } from "../../stacks/config/schema";
import { meshAppShape } from "../args/meshApp";
import { MeshAppFacade } from "../meshAppFacade";
import { PlatformFacade } from "../platformFacade";
import { configDescriptions, interfaceDescriptions } from "./descriptions";
import { meshAppOutputs, platformOutputs } from "./outputs";
import { Describe, ObjectSpec, TypeSpecs } from "./typeSpecs";

const packageName = "delivery-platform";

/** The interfaces that a type's words come from, where they are not the one of the same name. */
const interfaces: Readonly<Record<string, readonly string[]>> = {
  MeshAppArgs: ["MeshAppFacadeArgs", "MeshAppArgs", "AppTraffic"],
  RequestRate: ["RequestMatch", "Rate"],
  AppRoute: ["AppRoute", "FacadeRoute"],
  AppCaller: ["AppCaller", "WorkloadIdentity"],
};

/** Words come from the sources, and for the platform's config from its page. */
function describeBy(): Describe {
  const ofInterfaces = interfaceDescriptions();
  const ofConfig = configDescriptions();
  return (type, path) => (type === "Config" ? ofConfig(path) : (interfaces[type] ?? [type]).map((name) => ofInterfaces.get([name, ...path].join("."))).find((text) => text !== undefined));
}

/** A component in the package's schema. */
const resource = (description: string, args: Omit<ObjectSpec, "type">, outputs: Omit<ObjectSpec, "type">) => ({
  isComponent: true,
  description,
  inputProperties: args.properties,
  requiredInputs: args.required,
  properties: outputs.properties,
  required: outputs.required,
});

/**
 * The package's schema: what its arguments and outputs are, from the same shapes that read them.
 *
 * @source https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
 */
export function packageSchema(): object {
  const { version, description, license } = JSON.parse(fs.readFileSync("component-package/package.json", "utf8")) as Readonly<Record<string, string>>;
  const specs = new TypeSpecs(packageName, describeBy());
  const config = z.strictObject(sections).meta({ id: "Config" });
  const platformArgs = specs.add("PlatformArgs", z.strictObject({ config }), true);
  const platform = specs.add("PlatformOutputs", platformOutputs, false);
  const kubeconfig = { ...platform.properties["kubeconfig"], secret: true } as const;
  return {
    name: packageName,
    displayName: "Azure delivery platform",
    version,
    description,
    license,
    language: Object.fromEntries(["csharp", "go", "java", "nodejs", "python"].map((language) => [language, { respectSchemaVersion: true }])),
    resources: {
      [PlatformFacade.type]: resource("A whole delivery platform on Azure.", platformArgs, { ...platform, properties: { ...platform.properties, kubeconfig } }),
      [MeshAppFacade.type]: resource("An app in the mesh of a platform that is there, in a namespace of its own.", specs.add("MeshAppArgs", meshAppShape, true), specs.add("MeshApp", meshAppOutputs, false)),
    },
    types: Object.fromEntries(Object.entries(specs.types).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, type]) => [`${packageName}:index:${name}`, type])),
  };
}

/** The schema as its file has it. */
export function packageSchemaText(): string {
  return `${JSON.stringify(packageSchema(), undefined, 2)}\n`;
}
