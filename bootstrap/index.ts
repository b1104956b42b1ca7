import * as pulumi from "@pulumi/pulumi";
import { StateBackend } from "../components/azure/stateBackend";
import { Names } from "../components/shared/names";
import { requireSignedInClient } from "../stacks/signedInClient";
import { parseStateConfig } from "./config";

export = async () => {
  const { azure, ...settings } = parseStateConfig(new pulumi.Config().getObject("state"));
  await requireSignedInClient(azure);
  const names = new Names({ workload: azure.workload, environment: "state", subscriptionId: azure.subscriptionId });
  const { backendUrl, secretsProvider } = new StateBackend("state", { context: { ...azure, names, protect: true }, ...settings });
  return { backendUrl, secretsProvider };
};
