import { repeated, rule } from "../rule";

const clusterAccess = "https://learn.microsoft.com/azure/aks/manage-azure-rbac";

export const accessRules = [
  rule({
    id: "deployers-needed",
    source: clusterAccess,
    sections: ["access"],
    check: ({ access }) =>
      access.deployers.length > 0
        ? []
        : [
            {
              path: "access.deployers",
              message: "is empty: nobody could make anything in the cluster, whose owner has no rights inside it",
              allowed: "the object id in Entra ID of everyone, and every pipeline, that runs `pulumi up`",
              fix: "Find yours with `az ad signed-in-user show --query id`.",
            },
          ],
  }),
  rule({
    id: "deployers-repeated",
    source: "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting",
    sections: ["access"],
    check: ({ access }) => repeated("access.deployers", access.deployers),
  }),
  rule({
    id: "admin-groups-repeated",
    source: clusterAccess,
    sections: ["access"],
    check: ({ access }) => repeated("access.adminGroups", access.adminGroups),
  }),
  rule({
    id: "publishers-repeated",
    source: "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting",
    sections: ["access"],
    check: ({ access }) => repeated("access.publishers", access.publishers),
  }),
];
