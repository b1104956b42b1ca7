import { reasonAnnotation } from "../components/shared/networkPolicy";
import { Reading } from "../simulator/resource";

/** Whether somebody wrote down why an object of Kubernetes is an exception, as the platform's own exceptions in the config do. */
export function hasReason(object: Reading): boolean {
  return isWritten(object, `metadata.annotations.${reasonAnnotation}`);
}

/** Whether a text is given at a path. One of nothing but spaces is none; what is not known yet counts. */
export function isWritten(reading: Reading, path: string): boolean {
  const text = reading.get(path);
  return typeof text === "string" ? text.trim() !== "" : text !== undefined && text !== null;
}
