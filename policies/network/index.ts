import { Policy } from "../policy";
import { azureNetwork } from "./azure";
import { frontDoorNetwork } from "./frontDoor";
import { kubernetesNetwork } from "./kubernetes";

/** There is one way in, and what is behind it can be reached from where it must be and from nowhere else. */
export const network: readonly Policy[] = [...azureNetwork, ...frontDoorNetwork, ...kubernetesNetwork];
