import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { sections } from "../../../stacks/config/schema";

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
}

/** The paths of a schema's settings; a key of the user's own is `<name>`. */
function settingsOf(schema: JsonSchema, at: string): string[] {
  const named = Object.entries(schema.properties ?? {});
  const own = typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
  if (named.length > 0) return named.flatMap(([name, inner]) => settingsOf(inner, `${at}.${name}`));
  if (own !== undefined && Object.keys(own.properties ?? {}).length > 0) return settingsOf(own, `${at}.<name>`);
  return [at];
}

describe("docs/configuration.md", () => {
  const text = fs.readFileSync(path.join(__dirname, "../../../docs/configuration.md"), "utf8");
  const rows = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? "");
  const described = rows.flatMap((key) => (key.includes("<pool>") ? ["system", "user", "ingress"].map((pool) => key.replace("<pool>", pool)) : [key]));

  it("describes every key of the schema, and no other", () => {
    const keys = Object.entries(sections).flatMap(([name, section]) => settingsOf(z.toJSONSchema(section, { io: "input", unrepresentable: "any" }) as JsonSchema, name));
    assert.deepEqual([...described].sort(), [...keys].sort());
  });
});
