import { isRecord } from "../simulator/engine/values";

/** The maps among a project's own config values: full keys (`project:key`) to text, of which objects are JSON. */
export function configMaps(project: string, values: Readonly<Record<string, string>>): Record<string, unknown>[] {
  return Object.entries(values)
    .filter(([key]) => key.startsWith(`${project}:`))
    .map(([, text]) => jsonOf(text))
    .filter(isRecord);
}

/** The value that a text is the JSON of; nothing for other text, which is the program's to judge. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
