import { z } from "zod";
import type { Host, Ticket } from "./host";
import { Api, call } from "./rest";
import { required, Variables } from "./variables";

const listOf = <Item>(shape: z.ZodType<Item>) => z.object({ value: z.array(shape) });
const threads = listOf(z.object({ id: z.number(), comments: z.array(z.object({ id: z.number(), content: z.string().nullish(), author: z.object({ id: z.string() }) })) }));
const labels = listOf(z.object({ name: z.string(), active: z.boolean().optional() }));
const connection = z.object({ authenticatedUser: z.object({ id: z.string() }) });
const found = z.object({ workItems: z.array(z.object({ id: z.number() })) });

/** A thread's state: one that is closed holds no pull request back. https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-threads */
const closed = 4;

const version = "api-version=7.1";
const patch = "application/json-patch+json";

/**
 * Azure DevOps, as a pipeline with System.AccessToken calls it, for a repository in Azure Repos.
 *
 * @source https://learn.microsoft.com/rest/api/azure/devops
 */
export function azureDevOps(variables: Variables): Host {
  const api = (): Api => {
    const { SYSTEM_COLLECTIONURI: root, SYSTEM_ACCESSTOKEN: token } = required(variables, "SYSTEM_COLLECTIONURI", "SYSTEM_ACCESSTOKEN");
    return { name: "Azure DevOps", root: root.replace(/\/$/, ""), token };
  };
  const project = (): string => `/${required(variables, "SYSTEM_TEAMPROJECTID").SYSTEM_TEAMPROJECTID}`;
  const pullRequest = (): string => {
    const { BUILD_REPOSITORY_ID: repository, SYSTEM_PULLREQUEST_PULLREQUESTID: id } = required(variables, "BUILD_REPOSITORY_ID", "SYSTEM_PULLREQUEST_PULLREQUESTID");
    return `${project()}/_apis/git/repositories/${repository}/pullRequests/${id}`;
  };

  // Both are named otherwise in other processes than Basic. https://learn.microsoft.com/azure/devops/boards/work-items/guidance/choose-process
  const { DRIFT_WORK_ITEM_TYPE: type = "Issue", DRIFT_WORK_ITEM_DONE: done = "Done" } = variables;

  /**
   * The one work item with the key among its tags that is not done, and that the pipeline made: anybody may tag one.
   *
   * @source https://learn.microsoft.com/azure/devops/boards/queries/wiql-syntax
   */
  async function openItem(key: string): Promise<number | undefined> {
    const query = `SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.CreatedBy] = @Me AND [System.Tags] CONTAINS '${key}' AND [System.State] NOT IN ('${done}', 'Closed', 'Removed')`;
    return found.parse(await call(api(), `${project()}/_apis/wit/wiql?${version}`, { method: "POST", body: { query } })).workItems[0]?.id;
  }
  const change = (id: number, fields: Readonly<Record<string, string>>): Promise<unknown> =>
    call(api(), `${project()}/_apis/wit/workitems/${id}?${version}`, { method: "PATCH", body: operations(fields), contentType: patch });

  return {
    comment: async (marker, content) => {
      const us = connection.parse(await call(api(), "/_apis/connectionData")).authenticatedUser.id;
      const all = threads.parse(await call(api(), `${pullRequest()}/threads?${version}`)).value;
      const before = all.find(({ comments: [first] }) => first?.author.id === us && first.content?.startsWith(marker) === true);
      const [first] = before?.comments ?? [];
      if (before === undefined || first === undefined) {
        await call(api(), `${pullRequest()}/threads?${version}`, { method: "POST", body: { comments: [{ parentCommentId: 0, content, commentType: 1 }], status: closed } });
        return "written";
      }
      await call(api(), `${pullRequest()}/threads/${before.id}/comments/${first.id}?${version}`, { method: "PATCH", body: { content } });
      return "edited";
    },
    labels: async () => labels.parse(await call(api(), `${pullRequest()}/labels?${version}`)).value.filter(({ active = true }) => active).map(({ name }) => name),
    openTicket: async ({ key, title, text }: Ticket) => {
      const before = await openItem(key);
      const fields = { "System.Title": title, "System.Description": `<pre>${inHtml(text)}</pre>` };
      if (before !== undefined) {
        await change(before, fields);
        return "edited";
      }
      await call(api(), `${project()}/_apis/wit/workitems/$${encodeURIComponent(type)}?${version}`, { method: "POST", body: operations({ ...fields, "System.Tags": key }), contentType: patch });
      return "written";
    },
    closeTicket: async (key, why) => {
      const before = await openItem(key);
      if (before === undefined) return "left alone";
      await change(before, { "System.History": inHtml(why), "System.State": done });
      return "closed";
    },
  };
}

function operations(fields: Readonly<Record<string, string>>): unknown[] {
  return Object.entries(fields).map(([field, value]) => ({ op: "add", path: `/fields/${field}`, value }));
}

function inHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
