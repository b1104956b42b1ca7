import { spawnSync } from "node:child_process";
import { CliError, exitStatus } from "../cliError";

/** What a git command printed, and how it ended. */
export interface GitAnswer {
  readonly out: string;
  readonly err: string;
  readonly isFine: boolean;
}

// What git sets for its hooks: it would name another repository or index than that of the folder.
const ofHooks = /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|COMMON_DIR)$/;

/** Runs git in a folder. No hook of the repository runs. @throws CliError where git is not installed */
export function git(folder: string, ...args: readonly string[]): GitAnswer {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofHooks.test(name)));
  const { error, status, stdout, stderr } = spawnSync("git", ["-c", "core.hooksPath=/dev/null", ...args], { cwd: folder, encoding: "utf8", env });
  if (error !== undefined) throw new CliError(`--base needs git: ${error.message}`, exitStatus.failed);
  return { out: stdout.trim(), err: stderr.trim(), isFine: status === 0 };
}

/** The folder of the repository that a folder is in. @throws CliError where there is none */
export function repositoryOf(folder: string): string {
  const { out, err, isFine } = git(folder, "rev-parse", "--show-toplevel");
  if (!isFine) throw new CliError(`--base compares with another commit, and ${folder} is not in a git repository: ${err}`);
  return out;
}

/** The full hash of the commit that a ref names. @throws CliError where there is no such commit here */
export function commitOf(repository: string, ref: string): string {
  const resolve = (name: string): string | undefined => {
    const { out, isFine } = git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`);
    return isFine ? out : undefined;
  };
  const commit = resolve(ref);
  if (commit !== undefined) return commit;
  const advice = [
    `--base ${ref}: there is no such commit in ${repository}.`,
    ...(git(repository, "rev-parse", "--is-shallow-repository").out === "true" ? ["The clone is shallow and may lack it: fetch it (git fetch --depth=1 origin <ref>), or clone with the whole history (fetch-depth: 0)."] : []),
    ...(resolve(`origin/${ref}`) === undefined ? [] : [`There is origin/${ref}.`]),
  ];
  throw new CliError(advice.join(" "));
}
