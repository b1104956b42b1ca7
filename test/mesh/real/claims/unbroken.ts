import { Chapter } from "./claim";

/** What is wrong with a list of chapters: each claim has an id of its own, and a change that it doesn't survive or a reason why there is none. */
export function unbrokenProblems(chapters: readonly Chapter[]): string[] {
  const claims = chapters.flatMap((chapter) => chapter.claims);
  const ids = claims.map(({ id }) => id);
  const broken = new Set(chapters.flatMap(({ mutations }) => mutations.flatMap((mutation) => mutation.claims)));
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `Several claims have the id ${id}.`),
    ...[...broken].filter((id) => !ids.includes(id)).map((id) => `A change is for ${id}, and there is no such claim.`),
    ...claims.filter(({ id, unbroken }) => !broken.has(id) && unbroken === undefined).map(({ id }) => `There is no change that ${id} must not survive, and no reason why not.`),
    ...claims.filter(({ id, unbroken }) => broken.has(id) && unbroken !== undefined).map(({ id }) => `There is a change that ${id} must not survive, and a reason why not.`),
  ];
}
