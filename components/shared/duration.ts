/**
 * The length in days of an ISO 8601 duration of one unit, `P90D`, `P18M` or `P2Y`, with months of average length; undefined for other text.
 */
export function durationDays(duration: string): number | undefined {
  const [, count, unit] = /^P([1-9]\d{0,3})([DMY])$/.exec(duration) ?? [];
  return count === undefined ? undefined : Number(count) * { D: 1, M: 365 / 12, Y: 365 }[unit as "D" | "M" | "Y"];
}
