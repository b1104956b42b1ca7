import { z } from "zod";
import { ConfigError } from "../stacks/config/configError";
import { regions } from "../stacks/config/regions";
import { sections } from "../stacks/config/schema";
import { allowedText, shapeProblems } from "../stacks/config/shapeProblems";

const guid = z.guid({ error: "a GUID, as 11111111-2222-4333-8444-555555555555" }).toLowerCase();

// What the addresses and the retention may be is checked by StateBackend.
const schema = z.strictObject({
  azure: sections.azure.extend({
    location: z.string().refine((name) => Object.hasOwn(regions, name), { error: "the name of an Azure region, as westeurope" }),
    workload: z.string().regex(/^[a-z][a-z0-9]{1,7}$/, { error: "2 to 8 lower-case letters and digits, a letter first" }),
  }),
  operator: guid,
  deployers: z.array(guid),
  allowedIpRanges: z.array(z.string()),
  sku: z.enum(["Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_GZRS"]).optional(),
  deleteRetentionDays: z.int().optional(),
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
  if (!result.success) throw new ConfigError(result.error.issues.flatMap((issue) => shapeProblems("state", issue)));
  return result.data;
}
