import * as pulumi from "@pulumi/pulumi";
import { StateBackend } from "../components/azure/stateBackend";
import { Names } from "../components/shared/names";
import { requireSignedInClient } from "../stacks/signedInClient";
import { parseStateConfig } from "./config";

export = async () => {
  // The exceptions are the policies' to read.
  const { azure, policyExceptions: _, ...settings } = parseStateConfig(new pulumi.Config().getObject("state"));
  await requireSignedInClient(azure);
  const { workload, subscriptionId } = azure;
  const environment = "state";
  const names = new Names({ workload, environment, subscriptionId });
  const context = { ...azure, names, tags: { ...azure.tags, workload, environment }, protect: true };
  const { backendUrl, secretsProvider } = new StateBackend("state", { context, ...settings });
  return { backendUrl, secretsProvider };
};
