import { envoyFilters } from "../kubernetes/envoyFilter";
import { istio } from "../kubernetes/istio";
import { istioTraffic } from "../kubernetes/istioTraffic";
import { istioWorld } from "../kubernetes/istioWorld";
import { objects } from "../kubernetes/objects";
import { podSecurity } from "../kubernetes/podSecurity";
import { schema } from "../kubernetes/schema";
import { serviceEntries } from "../kubernetes/serviceEntry";
import { workloads } from "../kubernetes/workloads";
import { agentPools } from "./agentPool";
import { clusterNetwork } from "./clusterNetwork";
import { customerKeys } from "./customerKeys";
import { frontDoor } from "./frontDoor";
import { frontDoorOrigin } from "./frontDoorOrigin";
import { grants } from "./grants";
import { keyVault } from "./keyVault";
import { limits } from "./limits";
import { managedCluster } from "./managedCluster";
import { names } from "./names";
import { network } from "./network";
import { privateLinkService } from "./privateLinkService";
import { registry } from "./registry";
import { Rule } from "./rule";
import { storage } from "./storage";
import { tags } from "./tags";

/** All that the embedded cloud refuses or warns of. */
export const rules: readonly Rule[] = [
  ...names,
  ...limits,
  ...tags,
  ...grants,
  ...network,
  ...keyVault,
  ...customerKeys,
  ...registry,
  ...storage,
  ...managedCluster,
  ...clusterNetwork,
  ...agentPools,
  ...frontDoor,
  ...frontDoorOrigin,
  ...privateLinkService,
  schema,
  ...objects,
  ...workloads,
  ...podSecurity,
  ...istio,
  ...envoyFilters,
  ...istioTraffic,
  ...istioWorld,
  ...serviceEntries,
];
