import { Problem } from "../../../components/shared/errors";
import { outside, rule } from "../rule";

const label = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
const serviceAccount = new RegExp(`^${label}/(?=.{1,253}$)${label}(\\.${label})*$`);

/** Kayenta, and the metrics that it reads. */
export const canaryAnalysisRules = [
  rule({
    id: "metrics-retention",
    source: "https://prometheus.io/docs/prometheus/latest/storage/",
    sections: ["prometheus"],
    check: ({ prometheus }) => outside("prometheus.retentionDays", prometheus.retentionDays, { min: 1, max: 365 }, "days"),
  }),
  rule({
    id: "metrics-disk",
    source: "https://learn.microsoft.com/azure/virtual-machines/disks-performance",
    sections: ["prometheus"],
    // The disks of the cluster's class are cached, which Azure does for those below 4 TiB alone.
    check: ({ prometheus }) => outside("prometheus.sizeGi", prometheus.sizeGi, { min: 8, max: 4095 }, "GiB"),
  }),
  rule({
    id: "kayenta-off",
    source: "the platform's own: no setting is without effect",
    sections: ["kayenta"],
    check: ({ kayenta }): Problem[] =>
      kayenta.enabled || (kayenta.host === undefined && Object.keys(kayenta.callers).length === 0)
        ? []
        : [{ path: "kayenta.enabled", message: "is false, and yet it is said who may call it", given: "false", allowed: "true, or no host and no callers" }],
  }),
  rule({
    id: "kayenta-callers",
    source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
    sections: ["kayenta"],
    check: ({ kayenta }) =>
      Object.keys(kayenta.callers)
        .filter((caller) => !serviceAccount.test(caller))
        .map((given) => ({ path: `kayenta.callers[${JSON.stringify(given)}]`, message: "is not a service account", given, allowed: "<namespace>/<name>, as pipelines/deployer" })),
  }),
  rule({
    id: "kayenta-host-signed-in",
    source: "the platform's own: Kayenta lets everyone do everything",
    sections: ["kayenta", "hosts"],
    check: ({ kayenta: { host }, hosts }): Problem[] =>
      host === undefined || hosts[host]?.signIn === true
        ? []
        : [{ path: "kayenta.host", message: "is not a host with a sign-in", given: host, allowed: "one of hosts that has signIn: true", fix: `Write into hosts: "${host}": { signIn: true }` }],
  }),
  rule({
    id: "kayenta-host-own",
    source: "https://istio.io/latest/docs/reference/config/networking/virtual-service/",
    sections: ["kayenta", "echo", "signIn"],
    check: ({ kayenta: { host }, echo, signIn }): Problem[] =>
      host !== undefined && (echo.hosts.includes(host) || signIn.host === host)
        ? [{ path: "kayenta.host", message: "is a host on which another part answers", given: host, allowed: "a host of its own" }]
        : [],
  }),
];
