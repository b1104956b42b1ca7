import { apps, canary } from "./apps";
import { Dashboard } from "./dashboard";
import { gateway, mesh, services } from "./platform";

/** Every dashboard. */
export const dashboards: readonly Dashboard[] = [apps, canary, gateway, mesh, services];
