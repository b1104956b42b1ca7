import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

/** One block of TypeScript of a page. */
export interface Example {
  /** The page, as `docs/components/network.md`. */
  readonly page: string;
  /** The number of the line in the page that opens the block. */
  readonly line: number;
  readonly code: string;
}

const root = path.resolve(__dirname, "../..");
const packageName = "azure-delivery-platform";
const packageEntry = path.join(root, "components/index.ts");

// Declares what the examples of all pages take for given.
const givenPage = "docs/README.md";

// The names by which Pulumi's own documentation imports its packages.
const usualImports: Readonly<Record<string, string>> = {
  authorization: "@pulumi/azure-native/authorization",
  cdn: "@pulumi/azure-native/cdn",
  k8s: "@pulumi/kubernetes",
  pulumi: "@pulumi/pulumi",
  random: "@pulumi/random",
};

/** The blocks of TypeScript of the README and of every page. */
export function examplesOf(): Example[] {
  const files = fs.readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md"));
  return ["README.md", ...files.sort().map((file) => path.posix.join("docs", file))].flatMap((page) => {
    const text = fs.readFileSync(path.join(root, page), "utf8");
    return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => ({ page, line: text.slice(0, match.index).split("\n").length, code: match[1] ?? "" }));
  });
}

/**
 * Type-checks examples against what the package exports, with the compiler options of the project. An example need not import what it
 * uses of the package and of Pulumi's own packages, and may use what docs/README.md declares; one that makes such a value has its own.
 *
 * @returns one line per problem, with page and line; none when all is well.
 */
export function problemsOf(examples: readonly Example[]): string[] {
  // As in a project that uses the package: without the globals of mocha and of browsers, which have names that examples use.
  const options = { ...projectOptions(), noUnusedLocals: false, types: ["node"], lib: ["lib.es2022.d.ts"], paths: { [packageName]: [packageEntry] } };
  const library = ts.createProgram([packageEntry], options);
  const exported = namesExported(library);
  const files = new Map(examples.map((example, index) => [path.join(__dirname, `example${index}.ts`), example]));

  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.getSourceFile = (file, language, ...rest) => {
    const example = files.get(file);
    return example === undefined ? getSourceFile(file, language, ...rest) : ts.createSourceFile(file, moduleOf(example, exported), language);
  };
  const program = ts.createProgram([...files.keys(), ...library.getRootFileNames()], options, host, library);

  return [...files].flatMap(([file, { page, line }]) => {
    const checked = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(checked), ...program.getSemanticDiagnostics(checked)];
    return found.map(({ messageText, start = 0 }) => {
      const row = line + (checked?.getLineAndCharacterOfPosition(start).line ?? 0);
      return `${page}:${row}: ${ts.flattenDiagnosticMessageText(messageText, "\n  ")}`;
    });
  });
}

/** An example as a module. What comes before its first line takes the place of the line that opens the block, so that lines keep their numbers. */
function moduleOf({ page, code }: Example, exported: readonly string[]): string {
  const before = `export {}; ${importsOf(code, exported)}`;
  const given = page === givenPage && code.startsWith("declare ");
  return given ? `${before} declare global {\n${code.replace(/^declare /gm, "")}}` : `${before}\n${code}`;
}

/** The imports that an example leaves out, on one line. */
function importsOf(code: string, exported: readonly string[]): string {
  const used = (name: string): boolean => new RegExp(`(?<![\\w.$])${name}\\b`).test(code);
  const alreadyImported = (name: string): boolean => new RegExp(`^import .*\\b${name}\\b.* from `, "m").test(code);
  const missing = (name: string): boolean => used(name) && !alreadyImported(name);
  const usual = Object.entries(usualImports).filter(([name]) => missing(name)).map(([name, from]) => `import * as ${name} from "${from}";`);
  const own = exported.filter(missing);
  return [...usual, ...(own.length > 0 ? [`import { ${own.join(", ")} } from "${packageName}";`] : [])].join(" ");
}

/** The classes, functions and interfaces that the package exports. Its plain values have everyday words for names; an example imports them itself. */
function namesExported(program: ts.Program): string[] {
  const checker = program.getTypeChecker();
  const entry = program.getSourceFile(packageEntry);
  const module = entry && checker.getSymbolAtLocation(entry);
  if (module === undefined) throw new Error(`${packageEntry} exports nothing.`);
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .filter((symbol) => symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Function | ts.SymbolFlags.Interface))
    .map((symbol) => symbol.name);
}

function projectOptions(): ts.CompilerOptions {
  const file = path.join(root, "tsconfig.json");
  const { config, error } = ts.readConfigFile(file, ts.sys.readFile);
  if (error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, "\n"));
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, root, file).options;
}
