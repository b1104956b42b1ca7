import { Policy } from "../policy";
import { statePolicies } from "./state";

/** A change, or the program's end, takes nothing with it that can't be made again. */
export const change: readonly Policy[] = statePolicies;
