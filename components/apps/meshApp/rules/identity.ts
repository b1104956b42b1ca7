import { ArgumentRule } from "../../../shared/argumentRule";
import { MeshAppSettings } from "../settings";

/** Rules about the app's identity in Azure. */
export const identityRules: readonly ArgumentRule<MeshAppSettings>[] = [
  {
    id: "workload-identity",
    source: "https://learn.microsoft.com/azure/aks/workload-identity-overview#service-account-annotations",
    check: ({ clientId }) =>
      typeof clientId !== "string" || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(clientId)
        ? []
        : [{ path: "workloadIdentity.clientId", message: "is not a client id", given: JSON.stringify(clientId), allowed: "a GUID: the client id of a managed identity, not its name or its object id", fix: "Take `clientId` of an `AppIdentity`." }],
  },
];
