import { Policy } from "../policy";
import { budgetPolicies } from "./budgets";
import { clusterPolicies } from "./cluster";
import { podPolicies } from "./pods";

/** What runs goes on running: through the loss of a node or a zone, an upgrade and an update. */
export const availability: readonly Policy[] = [...budgetPolicies, ...podPolicies, ...clusterPolicies];
