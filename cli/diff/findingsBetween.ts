import { Finding } from "../../simulator/engine/plan";

/** A finding of the base, and what it would be now. */
interface Former {
  readonly finding: Finding;
  readonly moved: Finding;
}

/**
 * The findings that are new, and those that are gone. Both sides are judged by the same policies: one of the same policy and resource that says
 * something else is another one, unless only a number in it differs.
 *
 * @param renamed the URNs of before, to those of after
 */
export function findingsBetween(base: readonly Finding[], head: readonly Finding[], renamed: ReadonlyMap<string, string>): { readonly now: Finding[]; readonly mended: Finding[] } {
  const exact = ({ policy, urn, message, level }: Finding): string => JSON.stringify([policy, urn, level, message]);
  const about = (finding: Finding): string => exact({ ...finding, message: finding.message.replace(number, "0") });
  const was = base.map((finding): Former => ({ finding, moved: { ...finding, urn: renamed.get(finding.urn) ?? finding.urn } }));
  const same = unmatched(exact, was, head);
  const { left, right } = unmatched(about, same.left, same.right);
  return { now: right, mended: left.map(({ finding }) => finding) };
}

// One that stands alone: neither a part of a name, an address or a path, nor of a version.
const number = /(?<![\w./:-])\d+(?:\.\d+)?(?![\w/:-]|\.\w)/g;

function unmatched(key: (finding: Finding) => string, left: readonly Former[], right: readonly Finding[]): { readonly left: Former[]; readonly right: Finding[] } {
  const open = [...left];
  const rest = right.filter((finding) => {
    const index = open.findIndex(({ moved }) => key(moved) === key(finding));
    if (index >= 0) open.splice(index, 1);
    return index < 0;
  });
  return { left: open, right: rest };
}
