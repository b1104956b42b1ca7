import { isRecord, UNKNOWN } from "../engine/values";
import { Reading } from "../resource";

/**
 * Whether a label selector, as a disruption budget or a network policy has it, chooses pods with some labels. An empty one chooses all pods, an absent
 * one none.
 *
 * @returns `undefined` where that is not known.
 * @source https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements
 */
export function selects(selector: unknown, labels: unknown): boolean | undefined {
  if (selector === UNKNOWN) return undefined;
  if (!isRecord(selector)) return false;
  const asked = new Reading(selector);
  if ([asked.get("matchLabels"), asked.get("matchExpressions"), labels].includes(UNKNOWN)) return undefined;
  const own = isRecord(labels) ? labels : {};
  const wanted = Object.entries(isRecord(asked.get("matchLabels")) ? (asked.get("matchLabels") as object) : {});
  const answers = [...wanted.map(([key, value]) => holds("In", [value], own[key])), ...asked.items("matchExpressions").map((expression) => holds(expression.text("operator"), expression.list("values"), own[expression.text("key") ?? ""]))];
  return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
}

/** Whether a label's value, `undefined` where there is no such label, is as an operator asks. */
function holds(operator: string | undefined, values: readonly unknown[], value: unknown): boolean | undefined {
  if (operator === "Exists" || operator === "DoesNotExist") return (value !== undefined) === (operator === "Exists");
  if (operator === undefined || value === UNKNOWN) return undefined;
  if (value !== undefined && !values.includes(value) && values.includes(UNKNOWN)) return undefined;
  return (value !== undefined && values.includes(value)) === (operator === "In");
}
