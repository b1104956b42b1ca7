// A domain and a slash may stand before the name.
const labelName = /^((?=[^/]{1,253}\/)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/;

/** What a label may be, for an error's `allowed`. */
export const allowedLabels = "a name and a value in up to 63 letters, digits and - _ . each, a domain and / before the name";

/**
 * The labels, as name and value, that no object of the cluster can have.
 * @source https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function wrongLabels(labels: Readonly<Record<string, string>>): [name: string, value: string][] {
  return Object.entries(labels).filter(([name, value]) => !labelName.test(name) || !labelValue.test(value));
}
