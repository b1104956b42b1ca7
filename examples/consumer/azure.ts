import * as dns from "@pulumi/azure-native/dns";
import * as resources from "@pulumi/azure-native/resources";
import { AppIdentity, childrenDependOn, Names } from "azure-delivery-platform";
import { ReferencedOutputs } from "azure-delivery-platform/reference";

/** The identity in Azure that the app's pods sign in as: it trusts the tokens that the platform's cluster issues to the one account. */
export function teamsIdentity({ environment, location, oidcIssuerUrl, tenantId }: ReferencedOutputs, subscriptionId: string): AppIdentity {
  const names = new Names({ workload: "orders", environment, subscriptionId });
  const context = { tenantId, subscriptionId, location, names, tags: { team: "orders" }, protect: false };
  const group = new resources.ResourceGroup("group", { resourceGroupName: names.of("resourceGroup"), location, tags: context.tags });
  const serviceAccount = { namespace: "orders", name: "orders" };
  return new AppIdentity("identity", { context, resourceGroupName: names.of("resourceGroup"), role: "orders", oidcIssuerUrl, serviceAccount }, childrenDependOn(group));
}

/** A record of the team's own in the platform's zone, by which a partner knows the domain as ours. */
export function verification({ dnsZoneName, dnsZoneResourceGroupName, domain }: ReferencedOutputs, token: string): dns.RecordSet {
  // The domain is the zone's own name or one inside it.
  const below = domain === dnsZoneName ? "" : `.${domain.slice(0, -dnsZoneName.length - 1)}`;
  return new dns.RecordSet("verification", {
    resourceGroupName: dnsZoneResourceGroupName,
    zoneName: dnsZoneName,
    recordType: "TXT",
    relativeRecordSetName: `_partner.orders${below}`,
    ttl: 3600,
    txtRecords: [{ value: [token] }],
  });
}
