const units: Readonly<Record<string, number>> = { m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/**
 * The number that a quantity of CPU or memory stands for: 0.25 for `250m`, 134217728 for `128Mi`; undefined for other text.
 * @source https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantity(text: string): number | undefined {
  const [, count, unit = ""] = /^(\d+(?:\.\d+)?)(m|[kMGT]|[KMGT]i)?$/.exec(text) ?? [];
  const size = units[unit];
  return count === undefined || size === undefined ? undefined : Number(count) * size;
}
