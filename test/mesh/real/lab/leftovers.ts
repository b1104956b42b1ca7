import * as fs from "node:fs";
import { leftMarks, Mark, removeMark } from "./mark";
import { namespacesOf, removeNamespaces } from "./network";

/* How everything that a lab has on the machine is removed: by the lab, by its watcher, or by the next run. */

/**
 * Removes what a mark names, and then the mark. One thing that can't be removed does not keep the others; it keeps the mark, so that the next
 * run tries again. May be called twice.
 *
 * @param keep leave the folder for somebody to read, and its mark, by which the next run removes it
 * @throws AggregateError that says what could not be removed
 */
export function removeMarked(mark: Mark, keep = false): void {
  const errors: unknown[] = [];
  const attempt = (remove: () => void): void => {
    try {
      remove();
    } catch (error) {
      errors.push(error);
    }
  };
  attempt(() => removeNamespaces(namespacesOf(mark.id)));
  if (!keep) attempt(() => fs.rmSync(mark.folder, { recursive: true, force: true, maxRetries: 3 }));
  if (errors.length > 0) throw new AggregateError(errors, `Of the lab ${mark.id} could not be removed: ${errors.map(String).join("; ")}`);
  if (!keep) removeMark(mark);
}

/** Removes what labs left behind whose process is no more, and the folders that they kept. What can't be removed is said and left. */
export function removeLeftovers(): void {
  for (const mark of leftMarks()) {
    try {
      removeMarked(mark);
    } catch (error) {
      process.stderr.write(`${String(error)}\n`);
    }
  }
}
