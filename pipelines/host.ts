import { azureDevOps } from "./azureDevOps";
import { gitHub } from "./gitHub";
import { serviceOf, Variables } from "./variables";

/** What became of a comment or a ticket. */
export type Done = "written" | "edited" | "closed" | "left alone";

/** What a pipeline writes to the service that it runs on. What somebody else wrote, with the same words or tag in it, is never taken for the pipeline's own. */
export interface Host {
  /**
   * Writes the one comment of the pull request that the run is about, or edits the one from before.
   *
   * @param marker the first line, by which that one is found
   */
  readonly comment: (marker: string, text: string) => Promise<Done>;
  /** The labels of the pull request that the run is about. */
  readonly labels: () => Promise<readonly string[]>;
  /** Opens the ticket of a key, or brings the open one up to date. */
  readonly openTicket: (ticket: Ticket) => Promise<Done>;
  /** Ends the ticket of a key, where one is open. */
  readonly closeTicket: (key: string, why: string) => Promise<Done>;
}

/** Something for the team to look at: an issue on GitHub, a work item in Azure DevOps. */
export interface Ticket {
  /** At most one is open for each; letters, digits and hyphens. */
  readonly key: string;
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

/** The host that the variables of a run name. @throws CliError where one that a call needs is missing; no earlier than that call */
export function hostOf(variables: Variables): Host {
  return serviceOf(variables) === "GitHub" ? gitHub(variables) : azureDevOps(variables);
}
