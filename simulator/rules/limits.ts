import { refusal, Rule } from "./rule";

const frontDoor = "https://learn.microsoft.com/azure/frontdoor/health-probes";
const origin = "https://learn.microsoft.com/azure/frontdoor/origin";

/** A rule for a number that must lie between two others, both included. */
function limit(id: string, type: string, path: string, min: number, max: number, source: string): Rule {
  return {
    id,
    types: [`azure-native:${type}`],
    source,
    check(resource) {
      const value = resource.number(path);
      return value === undefined || (value >= min && value <= max) ? undefined : refusal("InvalidParameter", `'${path}' is ${value}: it must be from ${min} to ${max}.`);
    },
  };
}

export const limits: readonly Rule[] = [
  limit("registry-retention-days", "containerregistry:Registry", "policies.retentionPolicy.days", 0, 365, "https://learn.microsoft.com/azure/container-registry/container-registry-retention-policy"),
  limit("registry-soft-delete-days", "containerregistry:Registry", "policies.softDeletePolicy.retentionDays", 1, 90, "https://learn.microsoft.com/azure/container-registry/container-registry-soft-delete-policy"),
  limit("vault-soft-delete-days", "keyvault:Vault", "properties.softDeleteRetentionInDays", 7, 90, "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview"),
  limit("image-cleaner-interval", "containerservice:ManagedCluster", "securityProfile.imageCleaner.intervalHours", 24, 2160, "https://learn.microsoft.com/azure/aks/image-cleaner"),
  limit("maintenance-window-length", "containerservice:MaintenanceConfiguration", "maintenanceWindow.durationHours", 4, 24, "https://learn.microsoft.com/azure/aks/planned-maintenance"),
  limit("front-door-response-timeout", "cdn:Profile", "originResponseTimeoutSeconds", 16, 240, "https://learn.microsoft.com/azure/frontdoor/troubleshoot-issues"),
  limit("probe-interval", "cdn:AFDOriginGroup", "healthProbeSettings.probeIntervalInSeconds", 1, 255, frontDoor),
  limit("origin-group-latency", "cdn:AFDOriginGroup", "loadBalancingSettings.additionalLatencyInMilliseconds", 0, 1000, origin),
  limit("origin-group-samples", "cdn:AFDOriginGroup", "loadBalancingSettings.sampleSize", 0, 255, origin),
  limit("origin-group-restoration", "cdn:AFDOriginGroup", "trafficRestorationTimeToHealedOrNewEndpointsInMinutes", 0, 50, origin),
  limit("origin-priority", "cdn:AFDOrigin", "priority", 1, 5, origin),
  limit("origin-weight", "cdn:AFDOrigin", "weight", 1, 1000, origin),
  limit("origin-http-port", "cdn:AFDOrigin", "httpPort", 1, 65535, origin),
  limit("origin-https-port", "cdn:AFDOrigin", "httpsPort", 1, 65535, origin),
];
