import * as pulumi from "@pulumi/pulumi";

/**
 * Options for a resource whose provider says no more of a failure than that time ran out: the advice is then logged as an error of
 * `resource`, beside the provider's own message. Nothing is tried again. `name` must be the only one of its kind in the program.
 *
 * @example
 * new k8s.apiextensions.CustomResource(name, { … }, { parent: this, ...explainFailure(`${name}-advice`, this, "Is the zone delegated?") });
 * @source https://www.pulumi.com/docs/iac/concepts/resources/options/hooks/
 */
export function explainFailure(name: string, resource: pulumi.Resource, advice: string): pulumi.CustomResourceOptions {
  const hook = new pulumi.ErrorHook(name, async ({ failedOperation }) => {
    if (failedOperation !== "delete" && !pulumi.runtime.isDryRun()) await pulumi.log.error(advice, resource);
    return false;
  });
  return { hooks: { onError: [hook] } };
}
