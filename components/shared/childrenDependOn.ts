import * as pulumi from "@pulumi/pulumi";

/**
 * Options for a component: each resource in it, at any depth, depends on these. A component's own `dependsOn` makes its children wait when
 * they are created, but it is no edge of theirs, and a destroy goes by the edges: without one, a resource group could go before what it
 * holds, or the way to a private API server before the objects behind it.
 *
 * @example
 * new Monitoring("monitoring", { … }, { parent: this, ...childrenDependOn(resourceGroup) });
 * @source https://www.pulumi.com/docs/iac/concepts/options/transformations/
 */
export function childrenDependOn(...needed: pulumi.Resource[]): pulumi.ComponentResourceOptions {
  return {
    dependsOn: needed,
    transformations: [({ props, opts }) => ({ props, opts: pulumi.mergeOptions(opts, { dependsOn: needed }) })],
  };
}
