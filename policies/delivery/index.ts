import { Policy } from "../policy";
import { chartPolicies } from "./charts";
import { imagePolicies } from "./images";
import { kayentaPolicies } from "./kayenta";
import { restartPolicies } from "./restarts";

/** What is deployed can be had, is what was tested, and works. */
export const delivery: readonly Policy[] = [...imagePolicies, ...chartPolicies, ...kayentaPolicies, ...restartPolicies];
