import * as containerservice from "@pulumi/azure-native/containerservice";
import * as pulumi from "@pulumi/pulumi";
import { Problem } from "../shared/errors";

/** A time once a week at which Azure may upgrade. */
export interface MaintenanceWindow {
  readonly day: "Sunday" | "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday";
  /** When it begins, as `02:00`. */
  readonly start: string;
  /** How long it lasts, in hours: 4 to 24. */
  readonly hours: number;
  /** The offset from UTC, as `+01:00`. Default `+00:00`. */
  readonly utcOffset?: string;
}

/** What Azure upgrades by itself, and when. */
export interface UpgradeSettings {
  /** Which versions of Kubernetes Azure takes up. `stable` and `rapid` move to newer minor versions too. https://learn.microsoft.com/azure/aks/auto-upgrade-cluster */
  readonly channel: "none" | "patch" | "stable" | "rapid" | "node-image";
  /** Which updates of the nodes' operating system Azure takes up. https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image */
  readonly nodeOsChannel: "None" | "Unmanaged" | "NodeImage" | "SecurityPatch";
  /** When both may happen. */
  readonly window: MaintenanceWindow;
  /** How many more nodes an upgrade may add while it runs, as a number or a share. Default `33%`. */
  readonly maxSurge?: string;
}

// Azure knows the two schedules, of Kubernetes and of the nodes' operating system, by their names alone.
// https://learn.microsoft.com/azure/aks/planned-maintenance
const schedules = ["aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"] as const;

/** Registers a cluster's schedules for upgrades. `resourceName` is the cluster's name. */
export function maintain(
  name: string,
  args: { resourceGroupName: string; resourceName: pulumi.Input<string>; window: MaintenanceWindow },
  options: pulumi.CustomResourceOptions,
): void {
  const { day, start, hours, utcOffset = "+00:00" } = args.window;
  for (const schedule of schedules) {
    new containerservice.MaintenanceConfiguration(
      `${name}-${schedule}`,
      {
        resourceGroupName: args.resourceGroupName,
        resourceName: args.resourceName,
        configName: schedule,
        maintenanceWindow: { schedule: { weekly: { dayOfWeek: day, intervalWeeks: 1 } }, startTime: start, durationHours: hours, utcOffset },
      },
      options,
    );
  }
}

/** What Azure would refuse of the upgrade settings. */
export function upgradeProblems(path: string, upgrades: UpgradeSettings): Problem[] {
  const problems: Problem[] = [];
  const { start, hours, utcOffset = "+00:00" } = upgrades.window;
  if (upgrades.channel === "node-image" && upgrades.nodeOsChannel !== "NodeImage") {
    problems.push({ path: `${path}.nodeOsChannel`, message: "the channel node-image goes only with the node channel NodeImage", given: upgrades.nodeOsChannel, allowed: "NodeImage" });
  }
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(start)) {
    problems.push({ path: `${path}.window.start`, message: "is not a time of day", given: start, allowed: "00:00 to 23:59" });
  }
  if (!Number.isInteger(hours) || hours < 4 || hours > 24) {
    problems.push({ path: `${path}.window.hours`, message: "a window of this length is refused", given: String(hours), allowed: "4 to 24 hours" });
  }
  if (!/^[+-](0\d|1[0-4]):[0-5]\d$/.test(utcOffset)) {
    problems.push({ path: `${path}.window.utcOffset`, message: "is not an offset from UTC", given: utcOffset, allowed: "as +01:00 or -05:30" });
  }
  return problems;
}
