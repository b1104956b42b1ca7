import { z } from "zod";

/** Whether a text says more of a resource than its stack and its project. */
function namesSome(resource: string): boolean {
  return /[^*:$]/.test(resource.replace(/^urn:pulumi:[^:]*(::[^:]*)?(::|$)/, ""));
}

/** How an environment's config excepts resources from policies. */
export const policyExceptions = z.array(
  z.strictObject({
    policy: z.string().regex(/^[a-z0-9-]+$/, { error: "the id of a policy, as registry-customer-key" }),
    resource: z.string().refine(namesSome, { error: "the name of a resource, or its URN, where * stands for any text, with a part of its type or its name" }),
    reason: z.string().regex(/^\S.{8,254}\S$/s, { error: "a reason of 10 to 256 characters" }),
    until: z.iso.date({ error: "the last day on which it holds, as 2027-03-31" }),
  }),
);

/** A resource that a policy looks away from, for a reason and for a time. */
export type PolicyException = Readonly<z.output<typeof policyExceptions>[number]>;
