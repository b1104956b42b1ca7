import { Policy } from "../policy";
import { azureIdentity } from "./azure";
import { kubernetesIdentity } from "./kubernetes";

/** Everybody shows who they are, without a shared secret where there can be none, and may do no more than they need. */
export const identity: readonly Policy[] = [...azureIdentity, ...kubernetesIdentity];
