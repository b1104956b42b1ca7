import { Problem } from "../../../components/shared/errors";
import { outside, rule } from "../rule";
import { Sections } from "../schema";

const hostsOf = ({ grafana, kiali, tracing }: Sections["observability"]): { path: string; host: string }[] =>
  Object.entries({ grafana, kiali, tracing }).flatMap(([part, settings]) => (settings ? [{ path: `observability.${part}.host`, host: settings.host }] : []));

/** Grafana, Kiali and the traces. */
export const observabilityRules = [
  rule({
    id: "observability-host-signed-in",
    source: "the platform's own: they show the whole mesh to whoever reaches them",
    sections: ["observability", "hosts"],
    check: ({ observability, hosts }) =>
      hostsOf(observability)
        .filter(({ host }) => hosts[host]?.signIn !== true)
        .map(({ path, host }) => ({ path, message: "is not a host with a sign-in", given: host, allowed: "one of hosts that has signIn: true", fix: `Write into hosts: "${host}": { signIn: true }` })),
  }),
  rule({
    id: "observability-host-own",
    source: "https://istio.io/latest/docs/reference/config/networking/virtual-service/",
    sections: ["observability", "echo", "kayenta", "signIn"],
    check: ({ observability, echo, kayenta, signIn }): Problem[] => {
      const others = [...echo.hosts, kayenta.host, signIn.host];
      return hostsOf(observability)
        .filter(({ host }, index, all) => others.includes(host) || all.slice(0, index).some((earlier) => earlier.host === host))
        .map(({ path, host }) => ({ path, message: "is a host on which another part answers", given: host, allowed: "a host of its own" }));
    },
  }),
  rule({
    id: "tracing-sampling",
    source: "https://istio.io/latest/docs/reference/config/telemetry/#Tracing",
    sections: ["observability"],
    check: ({ observability: { tracing } }): Problem[] => {
      const percent = tracing?.samplingPercent ?? 1;
      return percent > 0 && percent <= 100
        ? []
        : [{ path: "observability.tracing.samplingPercent", message: "is out of range", given: String(percent), allowed: "more than 0, at most 100 percent", fix: "For no traces, leave out observability.tracing." }];
    },
  }),
  rule({
    id: "tracing-retention",
    source: "https://www.jaegertracing.io/docs/latest/storage/badger/",
    sections: ["observability"],
    check: ({ observability: { tracing } }) => (tracing ? outside("observability.tracing.retentionDays", tracing.retentionDays, { min: 1, max: 30 }, "days") : []),
  }),
  rule({
    id: "tracing-disk",
    source: "https://learn.microsoft.com/azure/virtual-machines/disks-performance",
    sections: ["observability"],
    // The disks of the cluster's class are cached, which Azure does for those below 4 TiB alone.
    check: ({ observability: { tracing } }) => (tracing ? outside("observability.tracing.sizeGi", tracing.sizeGi, { min: 4, max: 4095 }, "GiB") : []),
  }),
];
