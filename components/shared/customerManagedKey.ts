import * as pulumi from "@pulumi/pulumi";

/**
 * A key of the customer's with the identity that may wrap and unwrap with it: all that a service needs to encrypt with it.
 * Every component that encrypts takes this one type.
 */
export interface CustomerManagedKey {
  readonly vaultId: pulumi.Output<string>;
  /** The vault's address, with a slash at the end. */
  readonly vaultUri: pulumi.Output<string>;
  readonly keyName: string;
  /** The key's address without a version: a service that is given it takes up a rotated key by itself. */
  readonly keyUri: pulumi.Output<string>;
  /** The key's address with the version of its creation; only disk encryption sets ask for it. */
  readonly keyUriWithVersion: pulumi.Output<string>;
  /** The resource id of the user-assigned identity. */
  readonly identityId: pulumi.Output<string>;
  readonly identityClientId: pulumi.Output<string>;
  readonly identityPrincipalId: pulumi.Output<string>;
  /** What must be done before a service can use the key: the grant, and the wait for it to spread. */
  readonly ready: pulumi.Resource;
}
