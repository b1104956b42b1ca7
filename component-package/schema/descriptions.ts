import * as fs from "node:fs";
import * as ts from "typescript";

/** The files whose interfaces the package's types come from. */
const sources = [
  "component-package/args/meshApp.ts",
  "components/apps/meshApp/args.ts",
  "components/apps/meshApp/traffic.ts",
  "components/mesh/access.ts",
  "components/mesh/localRateLimit.ts",
  "components/mesh/rateLimit/limits.ts",
  "components/mesh/rateLimit/requests.ts",
  "components/services/allowScrape.ts",
  "stacks/outputs.ts",
];

/** A comment of the sources as one line of text. */
function textOf(node: ts.Node): string | undefined {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return ts.getTextOfJSDocComment(doc?.comment)?.replace(/\s+/g, " ");
}

/** What the sources say of each interface, as `AppPort`, and of each of its properties, as `AppPort.protocol`. */
export function interfaceDescriptions(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const note = (key: string, text: string | undefined): void => void (text !== undefined && found.set(key, text));
  for (const file of sources) {
    for (const statement of ts.createSourceFile(file, fs.readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true).statements.filter(ts.isInterfaceDeclaration)) {
      note(statement.name.text, textOf(statement));
      for (const member of statement.members) if (member.name !== undefined) note(`${statement.name.text}.${member.name.getText()}`, textOf(member));
    }
  }
  return found;
}

const links = /\[([^\]]*)\]\([^)]*\)/g;

/** What the page on the configuration says of a key, as `cluster.zones`; an entry of a map is `*`. None where the page has no row for it. */
export function configDescriptions(): (path: readonly string[]) => string | undefined {
  const rows = [...fs.readFileSync("docs/configuration.md", "utf8").matchAll(/^\| `([^`]+)` \|(.*?) \|(.*?) \|(.*?) \|$/gm)].map(([, key = "", meaning = "", fallback = "", allowed = ""]) => ({
    // `<pool>` stands for names that the schema has, and `<name>` for any.
    key: new RegExp(`^${key.replace(/<\w+>/g, "<>").replace(/[.*[\]]/g, "\\$&").replaceAll("<>", "[^.]+")}$`),
    text: [meaning, fallback.trim() && `Default: ${fallback.trim()}`, allowed.trim() && `Allowed: ${allowed.trim()}`]
      .filter((part) => part !== "")
      .map((part) => part.trim().replace(/\.$/, "").replace(links, "$1"))
      .join(". ")
      .concat("."),
  }));
  return (path) => rows.find(({ key }) => key.test(path.join(".")))?.text;
}
