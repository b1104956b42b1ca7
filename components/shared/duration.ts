/**
 * The length in days of an ISO 8601 duration of one unit, `P90D`, `P18M` or `P2Y`, with months of average length; undefined for other text.
 */
export function durationDays(duration: string): number | undefined {
  const [, count, unit] = /^P([1-9]\d{0,3})([DMY])$/.exec(duration) ?? [];
  return count === undefined ? undefined : Number(count) * { D: 1, M: 365 / 12, Y: 365 }[unit as "D" | "M" | "Y"];
}

const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/**
 * The length in milliseconds of a duration as Istio takes it, `1h`, `1m30s`, `2.5s` or `100ms`; undefined for other text.
 *
 * @source https://protobuf.dev/reference/protobuf/google.protobuf/#duration and https://pkg.go.dev/time#ParseDuration
 */
export function durationMs(duration: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(duration)) return undefined;
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * milliseconds[unit as keyof typeof milliseconds], 0);
}
