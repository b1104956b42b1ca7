import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CliError, exitStatus } from "../cliError";
import { Project, readProject } from "../projectFiles";
import { commitOf, git, repositoryOf } from "./git";
import { linkPackages } from "./linkPackages";
import { Base } from "./model";

/** A project as it was at another commit. */
export interface BaseSide extends Base {
  /** The project in its own folder; absent where the commit has none there, or none that can be read. */
  readonly project?: Project;
  /** Takes the folder that the commit was put in out of a text: what it names is then a file of the commit. */
  readonly readable: (text: string) => string;
}

/**
 * Puts a commit of a project's repository in a folder of its own, with its packages, for as long as it is used: a worktree of git's outside
 * of the checkout. It is taken away again however the use ends, also by a signal.
 *
 * @param tell is told of what takes time
 * @throws CliError where the project is in no repository, the ref names no commit, or its packages can't be installed
 */
export async function withBaseSide<T>(head: Project, ref: string, tell: (note: string) => void, use: (base: BaseSide) => Promise<T>): Promise<T> {
  const repository = fs.realpathSync(repositoryOf(head.directory));
  const commit = commitOf(repository, ref);
  const place = path.relative(repository, fs.realpathSync(head.directory));
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "preview-base-"));
  const tree = path.join(folder, "base");
  const remove = (): void => {
    git(repository, "worktree", "remove", "--force", tree);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  return removingAfter(remove, async () => {
    const { isFine, err } = git(repository, "worktree", "add", "--detach", "--quiet", tree, commit);
    if (!isFine) throw new CliError(`git can't check out ${ref}: ${err}`, exitStatus.failed);
    const directory = path.join(tree, place);
    const readable = (text: string): string => text.replaceAll(`${tree}${path.sep}`, `${ref}:`).replaceAll(tree, `the commit ${ref}`);
    if (!fs.existsSync(path.join(directory, "Pulumi.yaml"))) return use({ ref, commit, readable });
    await providePackages(repository, tree, place, (note) => tell(readable(note)));
    return use({ ref, commit, readable, ...projectIn(directory, readable) });
  });
}

function projectIn(directory: string, readable: BaseSide["readable"]): Pick<BaseSide, "project" | "failure"> {
  try {
    return { project: readProject(directory) };
  } catch (thrown) {
    if (thrown instanceof CliError) return { failure: readable(thrown.message) };
    throw thrown;
  }
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Calls `remove` once the work has ended, failed, or is stopped by a signal, which then ends the process as it would have. */
async function removingAfter<T>(remove: () => void, work: () => Promise<T>): Promise<T> {
  const stop = (signal: NodeJS.Signals): void => {
    remove();
    process.exit(128 + os.constants.signals[signal]);
  };
  signals.forEach((signal) => process.once(signal, stop));
  try {
    return await work();
  } finally {
    signals.forEach((signal) => process.off(signal, stop));
    remove();
  }
}

/**
 * Gives a program of the base its packages: in each folder from the repository's own to the program's, those installed here where the lock file is
 * the same, else its own. Where it has no lock file nobody knows which those were.
 */
async function providePackages(repository: string, tree: string, place: string, tell: (note: string) => void): Promise<void> {
  const parts = place === "" ? [] : place.split(path.sep);
  for (const depth of Array.from({ length: parts.length + 1 }, (_, index) => index)) {
    const [here, there] = [repository, tree].map((root) => path.join(root, ...parts.slice(0, depth))) as [string, string];
    // A commit may bring its packages itself.
    if (fs.existsSync(path.join(there, "node_modules"))) continue;
    const isInstalled = fs.existsSync(path.join(here, "node_modules"));
    const isLocked = fs.existsSync(path.join(there, "package-lock.json"));
    if (isLocked && !isSame(here, there)) await install(there, tell);
    else if (isInstalled) {
      if (!isSame(here, there)) tell(`${there} has no package-lock.json: it runs with the packages that are installed now.`);
      linkPackages({ repository, tree, here, there });
    }
  }
}

/** True where both folders ask for the same packages: by their lock files, or without any by their package.json. */
function isSame(here: string, there: string): boolean {
  const read = (folder: string, name: string): string | undefined => {
    const file = path.join(folder, name);
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
  };
  const locks = [here, there].map((folder) => read(folder, "package-lock.json"));
  return locks[0] === locks[1] && (locks[0] !== undefined || read(here, "package.json") === read(there, "package.json"));
}

/** Installs what a lock file names; scripts of packages are not run, since neither a program's sources nor its preview need what they make. */
function install(folder: string, tell: (note: string) => void): Promise<void> {
  tell(`${folder} has another package-lock.json: its packages are installed.`);
  const child = spawn("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
    const failed = (why: string): void => reject(new CliError(`The packages of the base, whose package-lock.json differs, can't be installed; npm ci needs the registry or its cache.\n${why.trim()}`, exitStatus.failed));
    child.on("error", (error) => failed(error.message));
    child.on("close", (code) => (code === 0 ? resolve() : failed(printed)));
  });
}
