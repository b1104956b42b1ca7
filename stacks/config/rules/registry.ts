import { malformed, outside, rule } from "../rule";

/** Each field of a cron schedule, in order, with its limits. */
const cronFields = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

export const registryRules = [
  rule({
    id: "registry-retention",
    source: "https://learn.microsoft.com/azure/container-registry/container-registry-retention-policy",
    sections: ["registry"],
    check: ({ registry }) => outside("registry.retentionDays", registry.retentionDays, { min: 0, max: 365 }, "days"),
  }),
  rule({
    id: "purge-schedule",
    source: "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax",
    sections: ["registry"],
    check: ({ registry: { purge } }) =>
      isCron(purge.schedule)
        ? []
        : [{ path: "registry.purge.schedule", message: "is not a schedule", given: JSON.stringify(purge.schedule), allowed: 'minute, hour, day, month and weekday (0 is Sunday) in numbers, as "0 3 * * *"; in UTC' }],
  }),
  rule({
    id: "purge-rule-names",
    source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names",
    sections: ["registry"],
    check: ({ registry }) => malformed(Object.fromEntries(Object.keys(registry.purge.rules).map((name) => [rulePath(name), name])), /^[a-z]([-a-z0-9]{0,30}[a-z0-9])?$/, "1 to 32 lower-case letters, digits and hyphens, a letter first"),
  }),
  rule({
    id: "purge-repositories",
    source: "https://learn.microsoft.com/azure/container-registry/container-registry-concepts",
    sections: ["registry"],
    check: ({ registry }) =>
      malformed(Object.fromEntries(Object.entries(registry.purge.rules).map(([name, { repositories }]) => [`${rulePath(name)}.repositories`, repositories])), /^[a-z0-9._/*?-]+$/, "lower-case letters, digits and . _ - / with * and ?, as apps/*"),
  }),
  rule({
    id: "purge-keep",
    source: "the platform's own: a purge that keeps nothing deletes the image that runs",
    sections: ["registry"],
    check: ({ registry }) => Object.entries(registry.purge.rules).flatMap(([name, { keep }]) => outside(`${rulePath(name)}.keep`, keep, { min: 1, max: 1000 }, "tags")),
  }),
];

function rulePath(name: string): string {
  return `registry.purge.rules[${JSON.stringify(name)}]`;
}

function isCron(schedule: string): boolean {
  const fields = schedule.split(" ");
  return fields.length === cronFields.length && cronFields.every(([min, max], index) => isCronField(fields[index] ?? "", min, max));
}

/** One field: `*`, a number or a range, each with an optional step, and lists of these. */
function isCronField(field: string, min: number, max: number): boolean {
  return field.split(",").every((part) => {
    const [, span, from, to] = /^(\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/[1-9]\d?)?$/.exec(part) ?? [];
    if (span === undefined) return false;
    const first = Number(from ?? min);
    const last = Number(to ?? from ?? max);
    return min <= first && first <= last && last <= max;
  });
}
