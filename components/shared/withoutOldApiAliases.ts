import * as pulumi from "@pulumi/pulumi";

/**
 * Takes away the aliases that the SDKs give resources for the API versions they once had a type of their own for, as
 * `azure-native:network/v20200501:VirtualNetwork` and `kubernetes:apps/v1beta1:Deployment`. They find a resource that an older program
 * registered under such a type; this one never did. There are thousands of them in an environment, and the SDK keeps several promises for
 * each: a third of the program's memory.
 *
 * @example
 * super("delivery-platform:apps:MeshApp", name, {}, pulumi.mergeOptions(opts, { transformations: [withoutOldApiAliases] }));
 * @source https://www.pulumi.com/registry/packages/azure-native/from-v1-to-v2/ on types with an API version
 */
export const withoutOldApiAliases: pulumi.ResourceTransformation = ({ props, opts }) => {
  if (opts.aliases === undefined) return undefined;
  return { props, opts: { ...opts, aliases: opts.aliases.filter((alias) => !isOldApi(alias)) } };
};

const oldApi = /^azure-native:\w+\/v\d|^kubernetes:[^:]+\/v\d[^:]*:/;

function isOldApi(alias: pulumi.Input<pulumi.URN | pulumi.Alias>): boolean {
  return typeof alias === "object" && "type" in alias && typeof alias.type === "string" && oldApi.test(alias.type);
}
