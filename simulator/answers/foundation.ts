import type * as authorization from "@pulumi/azure-native/authorization";
import type * as dns from "@pulumi/azure-native/dns";
import type * as managedidentity from "@pulumi/azure-native/managedidentity";
import type * as monitor from "@pulumi/azure-native/monitor";
import type * as network from "@pulumi/azure-native/network";
import type * as operationalinsights from "@pulumi/azure-native/operationalinsights";
import type * as privatedns from "@pulumi/azure-native/privatedns";
import type * as resources from "@pulumi/azure-native/resources";
import { Answer, autoName, azure, other, textOf, uuid } from "./answer";

/** Groups, networks, names, logs, identities and grants. */
export const foundation: Readonly<Record<string, Answer>> = {
  "azure-native:resources:ResourceGroup": (resource, { client }) => {
    const name = resource.text("resourceGroupName") ?? autoName(resource);
    const outputs: { [Key in keyof resources.ResourceGroup]?: string } = { name };
    return { id: `/subscriptions/${client.subscriptionId}/resourceGroups/${name}`, outputs };
  },

  "azure-native:network:VirtualNetwork": azure<network.VirtualNetwork>("Microsoft.Network", [["virtualNetworks", "virtualNetworkName"]]),
  "azure-native:network:Subnet": azure<network.Subnet>("Microsoft.Network", [
    ["virtualNetworks", "virtualNetworkName"],
    ["subnets", "subnetName"],
  ]),
  "azure-native:network:NetworkSecurityGroup": azure<network.NetworkSecurityGroup>("Microsoft.Network", [["networkSecurityGroups", "networkSecurityGroupName"]]),
  "azure-native:network:VirtualNetworkPeering": azure<network.VirtualNetworkPeering>(
    "Microsoft.Network",
    [
      ["virtualNetworks", "virtualNetworkName"],
      ["virtualNetworkPeerings", "virtualNetworkPeeringName"],
    ],
    () => ({ peeringState: "Connected" }),
  ),
  "azure-native:network:PrivateEndpoint": azure<network.PrivateEndpoint>("Microsoft.Network", [["privateEndpoints", "privateEndpointName"]], (_, id) => ({
    networkInterfaces: [{ id: id.replace(/\/privateEndpoints\/([^/]+)$/, "/networkInterfaces/$1.nic") }],
  })),
  "azure-native:network:PrivateDnsZoneGroup": azure<network.PrivateDnsZoneGroup>("Microsoft.Network", [
    ["privateEndpoints", "privateEndpointName"],
    ["privateDnsZoneGroups", "privateDnsZoneGroupName"],
  ]),

  "azure-native:privatedns:PrivateZone": azure<privatedns.PrivateZone>("Microsoft.Network", [["privateDnsZones", "privateZoneName"]]),
  "azure-native:privatedns:VirtualNetworkLink": azure<privatedns.VirtualNetworkLink>(
    "Microsoft.Network",
    [
      ["privateDnsZones", "privateZoneName"],
      ["virtualNetworkLinks", "virtualNetworkLinkName"],
    ],
    () => ({ virtualNetworkLinkState: "Completed" }),
  ),
  "azure-native:dns:RecordSet": (resource, world) =>
    azure<dns.RecordSet>(
      "Microsoft.Network",
      [
        ["dnsZones", "zoneName"],
        [textOf(resource, "recordType").toUpperCase(), "relativeRecordSetName"],
      ],
      () => ({ fqdn: `${resource.text("relativeRecordSetName") ?? ""}.${textOf(resource, "zoneName")}.` }),
    )(resource, world),

  "azure-native:operationalinsights:Workspace": azure<operationalinsights.Workspace>("Microsoft.OperationalInsights", [["workspaces", "workspaceName"]], ({ urn }) => ({
    customerId: uuid(urn, "customer"),
  })),
  "azure-native:monitor:DiagnosticSetting": other<monitor.DiagnosticSetting>(
    (resource) => `${textOf(resource, "resourceUri")}/providers/Microsoft.Insights/diagnosticSettings/${resource.text("name") ?? autoName(resource)}`,
    (resource) => ({ name: resource.text("name") ?? autoName(resource) }),
  ),

  "azure-native:managedidentity:UserAssignedIdentity": azure<managedidentity.UserAssignedIdentity>(
    "Microsoft.ManagedIdentity",
    [["userAssignedIdentities", "resourceName"]],
    ({ urn }, _, { client }) => ({ clientId: uuid(urn, "client"), principalId: uuid(urn, "principal"), tenantId: client.tenantId }),
  ),
  "azure-native:managedidentity:FederatedIdentityCredential": azure<managedidentity.FederatedIdentityCredential>("Microsoft.ManagedIdentity", [
    ["userAssignedIdentities", "resourceName"],
    ["federatedIdentityCredentials", "federatedIdentityCredentialResourceName"],
  ]),
  "azure-native:authorization:RoleAssignment": other<authorization.RoleAssignment>(
    (resource) => `${textOf(resource, "scope")}/providers/Microsoft.Authorization/roleAssignments/${resource.text("roleAssignmentName") ?? uuid(resource.urn)}`,
    (resource) => ({ name: resource.text("roleAssignmentName") ?? uuid(resource.urn) }),
  ),
};
