import { ArgumentRule } from "../../../shared/argumentRule";
import { destinationRules } from "./destination";
import { faultRules } from "./faults";
import { retryRules } from "./retries";
import { routeRules } from "./routes";
import { TrafficSettings } from "./trafficSettings";

/** What `MeshApp` refuses of its arguments about traffic. */
export const trafficRules: readonly ArgumentRule<TrafficSettings>[] = [...routeRules, ...retryRules, ...faultRules, ...destinationRules];
