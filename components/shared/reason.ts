import { Problem } from "./errors";

/**
 * Checks the written reason for an exception from a secure default. The reason becomes a tag of the resource it concerns, so that whoever
 * finds the exception in the portal finds the reason with it.
 *
 * @source A tag's value holds up to 256 characters: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
 */
export function reasonProblems(path: string, reason: string | undefined): Problem[] {
  if (reason === undefined || (reason.trim() !== "" && reason.length <= 256)) return [];
  return [
    {
      path,
      message: "must say why the exception is needed",
      given: reason.trim() === "" ? "an empty text" : `${reason.length} characters`,
      allowed: "1 to 256 characters",
      fix: "Write the reason, or leave the setting out to keep the secure default.",
    },
  ];
}
