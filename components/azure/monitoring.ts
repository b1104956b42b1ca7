import * as operationalinsights from "@pulumi/azure-native/operationalinsights";
import * as pulumi from "@pulumi/pulumi";
import { AzureContext } from "../shared/azureContext";
import { Problem, refuseProblems } from "../shared/errors";
import { diagnose } from "./diagnose";

/** Arguments of `Monitoring`. */
export interface MonitoringArgs {
  readonly context: AzureContext;
  readonly resourceGroupName: string;
  /** How long logs are kept, in days: 30 to 730. */
  readonly retentionDays: number;
  /** The most that is taken in per day, in GB; what comes after it is lost until the next day. Default: no cap. */
  readonly dailyCapGb?: number;
}

/**
 * The Log Analytics workspace that takes in the logs and metrics of every resource of an environment, its own included.
 * Nobody signs in to it with a workspace key; it is read with Entra ID.
 *
 * @throws ArgumentError when the retention or the cap is not one that Log Analytics takes.
 * @example
 * const monitoring = new Monitoring("monitoring", { context, resourceGroupName, retentionDays: 90 });
 * @source https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure
 */
export class Monitoring extends pulumi.ComponentResource {
  /** The workspace's resource id. */
  readonly workspaceId: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, problems(args));
    super("delivery-platform:azure:Monitoring", name, {}, opts);
    const { context, resourceGroupName, retentionDays, dailyCapGb } = args;

    const workspace = new operationalinsights.Workspace(
      name,
      {
        resourceGroupName,
        workspaceName: context.names.of("workspace"),
        location: context.location,
        tags: context.tags,
        sku: { name: operationalinsights.WorkspaceSkuNameEnum.PerGB2018 },
        retentionInDays: retentionDays,
        features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true },
        ...(dailyCapGb !== undefined && { workspaceCapping: { dailyQuotaGb: dailyCapGb } }),
      },
      { parent: this, protect: context.protect },
    );
    diagnose(`${name}-diagnostics`, { target: workspace.id, workspaceId: workspace.id, logs: { group: "allLogs" }, metrics: true }, { parent: this });

    this.workspaceId = workspace.id;
    this.registerOutputs({ workspaceId: this.workspaceId });
  }
}

function problems({ retentionDays, dailyCapGb }: MonitoringArgs): Problem[] {
  const found: Problem[] = [];
  if (!Number.isInteger(retentionDays) || retentionDays < 30 || retentionDays > 730) {
    const allowed = "a whole number of days from 30 to 730";
    found.push({ path: "retentionDays", message: "is not a time that Log Analytics keeps logs for", given: String(retentionDays), allowed });
  }
  // The smallest cap: https://learn.microsoft.com/rest/api/loganalytics/workspaces/create-or-update#workspacecapping
  if (dailyCapGb !== undefined && !(dailyCapGb >= 0.023)) {
    const fix = "Leave it out for no cap.";
    found.push({ path: "dailyCapGb", message: "is smaller than the smallest cap", given: String(dailyCapGb), allowed: "0.023 or more", fix });
  }
  return found;
}
