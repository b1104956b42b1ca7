import { listed, malformed, outside, repeated, rule } from "../rule";

const containerRules = "https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata";

/** Retention, limits and names of the services beside the cluster: storage, logs, Front Door. */
export const serviceRules = [
  rule({
    id: "container-names",
    source: containerRules,
    sections: ["storage"],
    check: ({ storage }) => malformed(listed("storage.containers", storage.containers), /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/, "3 to 63 lower-case letters, digits and single hyphens between them"),
  }),
  rule({
    id: "containers-repeated",
    source: containerRules,
    sections: ["storage"],
    check: ({ storage }) => repeated("storage.containers", storage.containers),
  }),
  rule({
    id: "storage-delete-retention",
    source: "https://learn.microsoft.com/azure/storage/blobs/soft-delete-blob-overview",
    sections: ["storage"],
    check: ({ storage }) => outside("storage.deleteRetentionDays", storage.deleteRetentionDays, { min: 1, max: 365 }, "days"),
  }),
  rule({
    id: "log-retention",
    source: "https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure",
    sections: ["monitoring"],
    check: ({ monitoring }) => outside("monitoring.retentionDays", monitoring.retentionDays, { min: 30, max: 730 }, "days"),
  }),
  rule({
    id: "log-daily-cap",
    source: "https://learn.microsoft.com/azure/azure-monitor/logs/daily-cap",
    sections: ["monitoring"],
    check: ({ monitoring: { dailyCapGb } }) => (dailyCapGb === undefined ? [] : outside("monitoring.dailyCapGb", dailyCapGb, { min: 0.023, max: 4000 }, "GB a day", "Leave it out for no cap.")),
  }),
  rule({
    id: "front-door-timeout",
    source: "https://learn.microsoft.com/azure/frontdoor/troubleshoot-issues",
    sections: ["frontDoor"],
    check: ({ frontDoor }) => outside("frontDoor.responseTimeoutSeconds", frontDoor.responseTimeoutSeconds, { min: 16, max: 240 }, "seconds"),
  }),
  rule({
    id: "front-door-rate-limit",
    source: "https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-rate-limit",
    sections: ["frontDoor"],
    // Fewer would block a visitor who opens one page.
    check: ({ frontDoor }) => outside("frontDoor.firewall.rateLimitPerMinute", frontDoor.firewall.rateLimitPerMinute, { min: 10, max: 1_000_000 }, "requests a minute from one address"),
  }),
];
