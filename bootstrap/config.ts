import { z } from "zod";
import { ConfigError } from "../stacks/config/configError";
import { policyExceptions } from "../stacks/config/policyExceptions";
import { rules } from "../stacks/config/rules";
import { sections } from "../stacks/config/schema";
import { allowedText, shapeProblems, withoutSecrets } from "../stacks/config/shapeProblems";

const guid = z.guid({ error: "a GUID, as 11111111-2222-4333-8444-555555555555" }).toLowerCase();

// What networks, redundancy and retention may be is checked by StateBackend.
const schema = z.strictObject({
  azure: sections.azure,
  operator: guid,
  deployers: z.array(guid),
  allowedIpRanges: z.array(z.string()).default([]),
  allowedSubnetIds: z.array(z.string()).default([]),
  sku: z.enum(["Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_GZRS"]).optional(),
  deleteRetentionDays: z.int().optional(),
  policyExceptions: policyExceptions.default([]),
});

/** The settings of the bootstrap. docs/state.md describes each. */
export type StateConfig = z.infer<typeof schema>;

/**
 * Reads the config of the bootstrap: the one object under the key `state`.
 *
 * @throws ConfigError that names every problem.
 */
export function parseStateConfig(given: unknown): StateConfig {
  const result = schema.safeParse(given, { error: allowedText, reportInput: true });
  if (!result.success) throw new ConfigError(result.error.issues.flatMap((issue) => shapeProblems("state", issue)).map(withoutSecrets));
  // Those of the platform's rules that look at this section alone hold here too.
  const problems = rules.flatMap((rule) => rule.check({ azure: result.data.azure }, { stack: "state" }));
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => withoutSecrets({ ...problem, path: `state.${problem.path}` })));
  return result.data;
}
