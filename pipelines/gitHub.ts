import * as fs from "node:fs";
import { z } from "zod";
import { CliError, exitStatus } from "../cli/cliError";
import type { Done, Host, Ticket } from "./host";
import { Api, call } from "./rest";
import { required, Variables } from "./variables";

const author = z.object({ login: z.string() }).nullable();
const commentShape = z.object({ id: z.number(), body: z.string().nullish(), user: author });
const issueShape = z.object({ number: z.number(), body: z.string().nullish(), user: author });
const pullShape = z.object({ number: z.number(), head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullable() }) });
const eventShape = z.object({
  pull_request: z.object({ labels: z.array(z.object({ name: z.string() })) }).optional(),
  workflow_run: z
    .object({
      head_sha: z.string(),
      head_branch: z.string(),
      head_repository: z.object({ full_name: z.string(), owner: z.object({ login: z.string() }) }),
      // None for a fork's.
      pull_requests: z.array(z.object({ number: z.number() })).nullish(),
    })
    .optional(),
});

/** Who writes with the token of a workflow. */
const bot = "github-actions[bot]";

const pageSize = 100;

/**
 * GitHub, as a workflow with GITHUB_TOKEN calls it.
 *
 * @source https://docs.github.com/rest
 */
export function gitHub(variables: Variables): Host {
  const api = (): Api => {
    const { GITHUB_API_URL: root, GITHUB_TOKEN: token } = required(variables, "GITHUB_API_URL", "GITHUB_TOKEN");
    return { name: "GitHub", root, token };
  };
  const repository = `/repos/${variables["GITHUB_REPOSITORY"] ?? ""}`;
  const event = () => eventShape.parse(JSON.parse(fs.readFileSync(required(variables, "GITHUB_EVENT_PATH").GITHUB_EVENT_PATH, "utf8")));

  /** All that a list has, page by page. */
  async function list<Item>(shape: z.ZodType<Item>, path: string): Promise<Item[]> {
    const items: Item[] = [];
    for (let page = 1; ; page++) {
      const more = z.array(shape).parse(await call(api(), `${repository}${path}${path.includes("?") ? "&" : "?"}per_page=${pageSize}&page=${page}`));
      items.push(...more);
      if (more.length < pageSize) return items;
    }
  }

  /**
   * The pull request whose newest commit the other workflow ran for. Its number is asked of GitHub and not of what that workflow left
   * behind: a fork's code wrote that, and could name somebody else's. None where a newer commit has come; and none where the commit is the
   * newest of several, for which the comparison, which is with one target, would be wrong but for one of them.
   */
  async function pullRequest(): Promise<number | undefined> {
    const run = event().workflow_run;
    if (run === undefined) throw new CliError("A comment is written after another workflow, on the event workflow_run.");
    const head = encodeURIComponent(`${run.head_repository.owner.login}:${run.head_branch}`);
    const open = await list(pullShape, `/pulls?state=open&head=${head}`);
    const ofCommit = open.filter((pull) => pull.head.sha === run.head_sha && pull.head.repo?.full_name === run.head_repository.full_name).map(({ number }) => number);
    const named = (run.pull_requests ?? []).map(({ number }) => number);
    const [number, ...others] = named.length === 0 ? ofCommit : ofCommit.filter((each) => named.includes(each));
    return others.length === 0 ? number : undefined;
  }

  const isOurs = (marker: string) => (item: { readonly body?: string | null; readonly user: { readonly login: string } | null }): boolean =>
    item.user?.login === bot && item.body?.startsWith(marker) === true;

  async function commentOn(number: number, marker: string, body: string): Promise<Done> {
    const before = (await list(commentShape, `/issues/${number}/comments`)).find(isOurs(marker));
    if (before === undefined) await call(api(), `${repository}/issues/${number}/comments`, { method: "POST", body: { body } });
    else await call(api(), `${repository}/issues/comments/${before.id}`, { method: "PATCH", body: { body } });
    return before === undefined ? "written" : "edited";
  }

  const markerOf = (key: string): string => `<!-- delivery-platform ${key} -->`;
  const openIssue = async (key: string) => (await list(issueShape, "/issues?state=open")).find(isOurs(markerOf(key)));

  return {
    comment: async (marker, text) => {
      // A newer commit has a run of its own, which writes the comment.
      const number = await pullRequest();
      return number === undefined ? "left alone" : commentOn(number, marker, text);
    },
    labels: async () => {
      const pull = event().pull_request;
      if (pull === undefined) throw new CliError("Labels are those of a pull request; this run is about none.", exitStatus.failed);
      return pull.labels.map(({ name }) => name);
    },
    openTicket: async ({ key, title, text }: Ticket) => {
      const body = `${markerOf(key)}\n${text}`;
      const before = await openIssue(key);
      if (before === undefined) await call(api(), `${repository}/issues`, { method: "POST", body: { title, body } });
      else await call(api(), `${repository}/issues/${before.number}`, { method: "PATCH", body: { title, body } });
      return before === undefined ? "written" : "edited";
    },
    closeTicket: async (key, why) => {
      const before = await openIssue(key);
      if (before === undefined) return "left alone";
      await call(api(), `${repository}/issues/${before.number}/comments`, { method: "POST", body: { body: why } });
      await call(api(), `${repository}/issues/${before.number}`, { method: "PATCH", body: { state: "closed", state_reason: "completed" } });
      return "closed";
    },
  };
}
