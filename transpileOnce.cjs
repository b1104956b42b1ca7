const { createHash, randomUUID } = process.getBuiltinModule("node:crypto");
const fs = process.getBuiltinModule("node:fs");
const path = process.getBuiltinModule("node:path");
const fromHere = process.getBuiltinModule("node:module").createRequire(__filename);
const ts = fromHere("typescript");

// A folder that npm empties, and that checkouts with the same packages share.
const packages = path.join(path.dirname(fromHere.resolve("typescript/package.json")), "..");
const cache = path.join(packages, ".cache", "transpiled");
const hash = (...parts) => createHash("sha256").update(parts.join("\0")).digest("hex");

/**
 * What ts-node transpiles with, as tsconfig.json names it: the compiler, once for each source. Every process that runs from the sources
 * (a preview is two) spends more than a second with it otherwise. A source has one entry, which holds what it was made from and is used
 * for exactly that: the same text, the same options, the same compiler. Where nothing can be written, everything is transpiled.
 *
 * @source https://typestrong.org/ts-node/docs/transpilers
 */
exports.create = ({ service, nodeModuleEmitKind }) => {
  const compilerOptions = { ...service.config.options, ...(nodeModuleEmitKind === "nodeesm" ? { module: ts.ModuleKind.ESNext } : {}) };
  const { configFilePath, outDir, ...options } = compilerOptions;
  const how = hash(ts.version, JSON.stringify(options));
  return {
    transpile(text, { fileName }) {
      // Another checkout of the project has the same name for it. The name does not show in what comes of it but as ts-node puts it there.
      const entry = path.join(cache, `${hash(how, path.relative(__dirname, fileName))}.json`);
      const key = hash(how, fileName.slice(fileName.lastIndexOf("/")), text);
      const known = read(entry);
      if (known?.key === key) return known;
      const { outputText, sourceMapText, diagnostics } = ts.transpileModule(text, { fileName, compilerOptions, reportDiagnostics: true });
      if (diagnostics.length === 0) write(entry, { key, outputText, sourceMapText });
      return { outputText, sourceMapText, diagnostics };
    },
  };
};

function read(entry) {
  try {
    return JSON.parse(fs.readFileSync(entry, "utf8"));
  } catch {
    return undefined;
  }
}

/** Other processes may read and write the same entry: they see it whole or not at all. */
function write(entry, content) {
  const whole = `${entry}.${randomUUID()}`;
  try {
    const made = fs.mkdirSync(cache, { recursive: true });
    if (made !== undefined) for (let folder = cache; folder.length >= made.length; folder = path.dirname(folder)) give(folder);
    fs.writeFileSync(whole, JSON.stringify(content));
    give(whole);
    fs.renameSync(whole, entry);
  } catch {
    fs.rmSync(whole, { force: true });
  }
}

/** Gives what root made to whoever the packages belong to, who could not remove it otherwise. */
function give(made) {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = fs.statSync(packages);
  fs.lchownSync(made, uid, gid);
}
