import { Chapter } from "./claim";
import { accessRules } from "./rows/access";
import { certificates } from "./rows/certificates";
import { egressRows } from "./rows/egress";
import { gatewayDoor } from "./rows/gateway";
import { metricsRows } from "./rows/metrics";
import { outage } from "./rows/outage";
import { rateLimits } from "./rows/rateLimits";
import { signIn } from "./rows/signIn";
import { strictMutualTls } from "./rows/strict";
import { tokenRules } from "./rows/tokens";
import { traffic } from "./rows/traffic";

/** All that is claimed, in the order of the report. */
export const chapters: readonly Chapter[] = [strictMutualTls, outage, accessRules, gatewayDoor, signIn, tokenRules, traffic, egressRows, rateLimits, metricsRows, certificates];
