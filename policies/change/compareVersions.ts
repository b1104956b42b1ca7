/**
 * Compares versions such as `v1.21.2`, `1.31` and `1.31.1-rc.1`: below 0 where the first is the older. A number that one of them lacks is not
 * compared; what comes before a release is older than it, and what follows a `+` counts for nothing.
 *
 * @source https://semver.org/#spec-item-11
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  const numbers = left.numbers.map((part, index) => part - (right.numbers[index] ?? part)).find((difference) => difference !== 0);
  if (numbers !== undefined) return numbers;
  if (left.before.length === 0 || right.before.length === 0) return right.before.length - left.before.length;
  const words = left.before.map((word, index) => compareWords(word, right.before[index])).find((difference) => difference !== 0);
  return words ?? left.before.length - right.before.length;
}

function parts(version: string): { readonly numbers: readonly number[]; readonly before: readonly string[] } {
  const [core = "", ...before] = (version.replace(/^v/, "").split("+")[0] ?? "").split("-");
  return { numbers: core.split(".").map(Number), before: before.length === 0 ? [] : before.join("-").split(".") };
}

/** Words of digits alone are numbers, and older than others; one that is not there is older than any. */
function compareWords(a: string, b: string | undefined): number {
  if (b === undefined) return 1;
  const [left, right] = [a, b].map((word) => (/^\d+$/.test(word) ? Number(word) : undefined));
  if (left !== undefined && right !== undefined) return left - right;
  if (left !== undefined || right !== undefined) return left === undefined ? 1 : -1;
  return a === b ? 0 : a < b ? -1 : 1;
}
