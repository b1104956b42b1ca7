import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";

/** The annotation that a pod carries with the checksum of a secret it uses, for the secret's own name. */
export function secretAnnotation(secretName: string): string {
  return `checksum/${secretName}`;
}

/**
 * A checksum of secret values, for an annotation of the pods that use them: a changed value changes the pods, so that exactly these
 * restart. Neither Kubernetes nor Helm restarts a pod because of a Secret that it only names.
 *
 * The checksum is not secret. It says nothing about values that nobody can guess, as are those that a generator or a cloud made; don't
 * give it one that a person chose.
 *
 * @example
 * podAnnotations: { [secretAnnotation("kayenta-redis")]: secretChecksum(password.result) }
 * @source https://helm.sh/docs/howto/charts_tips_and_tricks/#automatically-roll-deployments
 */
export function secretChecksum(...values: pulumi.Input<string>[]): pulumi.Output<string> {
  const checksum = pulumi.all(values).apply((known) => createHash("sha256").update(JSON.stringify(known)).digest("hex"));
  // As a secret it would make the whole of a release's values unreadable, in the state and in every preview.
  return pulumi.unsecret(checksum);
}
