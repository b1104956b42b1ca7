import * as monitor from "@pulumi/azure-native/monitor";
import * as pulumi from "@pulumi/pulumi";

/**
 * Which logs of a resource are kept: one of the groups that Azure defines for its type, or categories by name.
 * @source https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings#category-groups
 */
export type LogSelection = { readonly group: "allLogs" | "audit" } | { readonly categories: readonly string[] };

/** What `diagnose` needs to know. */
export interface DiagnoseArgs {
  /** The id of the resource that is observed. */
  readonly target: pulumi.Input<string>;
  /** The id of the Log Analytics workspace. */
  readonly workspaceId: pulumi.Input<string>;
  /** Default: no logs. Leave it out for a resource that has metrics alone, as a storage account. */
  readonly logs?: LogSelection;
  /** Whether metrics are kept too. Default: false. Storage calls its only category that can be sent `Transaction`. */
  readonly metrics?: boolean | "Transaction";
  /**
   * Whether logs go to the tables of their own service instead of `AzureDiagnostics`, which has columns for everything. Default: what the
   * service does by itself. Set it only for a service that offers the choice: the others ignore it.
   */
  readonly dedicatedTables?: boolean;
}

/**
 * Sends the logs and metrics of one resource to the workspace. The one form of diagnostic setting that the platform uses.
 *
 * @example
 * diagnose(`${name}-diagnostics`, { target: registry.id, workspaceId, logs: { group: "allLogs" }, metrics: true }, { parent: this });
 * @source https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings
 */
export function diagnose(name: string, args: DiagnoseArgs, opts: pulumi.CustomResourceOptions): monitor.DiagnosticSetting {
  const metrics = args.metrics === true ? "AllMetrics" : args.metrics;
  return new monitor.DiagnosticSetting(
    name,
    {
      name: "delivery-platform",
      resourceUri: args.target,
      workspaceId: args.workspaceId,
      ...(args.dedicatedTables && { logAnalyticsDestinationType: "Dedicated" }),
      ...(args.logs && { logs: logSettings(args.logs) }),
      ...(metrics && { metrics: [{ category: metrics, enabled: true }] }),
    },
    opts,
  );
}

function logSettings(logs: LogSelection): { category?: string; categoryGroup?: string; enabled: boolean }[] {
  return "group" in logs ? [{ categoryGroup: logs.group, enabled: true }] : logs.categories.map((category) => ({ category, enabled: true }));
}
