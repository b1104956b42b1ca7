import { Policy } from "../policy";
import { azureEncryption } from "./azure";
import { clusterEncryption } from "./cluster";
import { wayInEncryption } from "./wayIn";

/** Data is encrypted where it lies and on its way, with keys that the team has. */
export const encryption: readonly Policy[] = [...azureEncryption, ...clusterEncryption, ...wayInEncryption];
