import * as pulumi from "@pulumi/pulumi";

/**
 * A name, as an output of another resource. What has it is replaced together with that resource, and in the right order: deleted before it and
 * made after it. While the other one is replaced, the engine takes the name to be another. In a preview it is known all the same.
 *
 * It is for what is gone or useless without the other resource, though it has none of its outputs. `dependsOn` replaces nothing, `deletedWith`
 * only since version 3.260 of the engine, and `replaceWith` in any order.
 *
 * @example
 * new containerservice.AgentPool("pool", { resourceGroupName, resourceName: nameWith(cluster, "aks-acme-dev"), agentPoolName: "user" });
 * @source https://www.pulumi.com/docs/iac/concepts/options/deletebeforereplace/
 */
export function nameWith(resource: pulumi.Resource, name: string): pulumi.Output<string> {
  return resource.urn.apply(() => name);
}
