import * as fc from "fast-check";
import { RawConfig } from "../stacks/config/validConfig";
import { each, fitting, freeText, guid, label, of, reason, some, under } from "./texts";

const lower = "abcdefghijklmnopqrstuvwxyz";

/** What may answer on a host. Of each but `echo` and `none` there is one at most. */
const parts = ["none", "echo", "kayenta", "grafana", "kiali", "tracing", "sign-in"] as const;

type Part = (typeof parts)[number];

interface Host {
  readonly label: string;
  readonly part: Part;
  readonly signIn: boolean;
  readonly limits: object | undefined;
}

const pathText = of(`${lower}09/-_.~%$()[]{}|\\^+'"é`, 0, 20).map((text) => `/${text}`);
const headerName = fc.tuple(of(lower, 1, 1), of(`${lower}09-_`, 0, 20)).map((texts) => texts.join(""));
const limit = fc.record(
  {
    path: fc.oneof(each({ exact: pathText }), each({ prefix: pathText })),
    methods: fc.array(of("ABCXYZ", 1, 8), { minLength: 1, maxLength: 3 }),
    headers: under(headerName, fc.oneof(fc.constant("present" as const), fc.array(freeText(0, 12), { minLength: 1, maxLength: 3 })), 2),
    per: fc.constantFrom("everyone", "client-address"),
    requests: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    unit: fc.constantFrom("second", "minute", "hour", "day"),
  },
  { requiredKeys: ["requests", "unit"], noNullPrototype: true },
);
const limits = fc.uniqueArray(label, { minLength: 1, maxLength: 3 }).chain((names) => fc.array(limit, { minLength: names.length, maxLength: names.length }).map((all) => Object.fromEntries(names.map((name, index) => [name, all[index]]))));

const listed: fc.Arbitrary<Host[]> = fc
  .uniqueArray(each({ label, part: fc.constantFrom(...parts, "echo", "none"), signIn: fc.boolean(), limits: fc.option(limits, { nil: undefined, freq: 2 }) }), { maxLength: 8, selector: (host) => host.label })
  .map((all) =>
    all.map((host, index): Host => {
      const taken = !["none", "echo"].includes(host.part) && all.slice(0, index).some(({ part }) => part === host.part);
      const part = taken ? "none" : host.part;
      return { ...host, part, signIn: part === "sign-in" ? false : ["none", "echo"].includes(part) ? host.signIn : true };
    }),
  );

const person = fitting(/^[^\s@,"#]+@[^\s@,"#]+$/, `${lower}AZ019@.'+-_$\\é`, 3, 40);
const allowed = fc.oneof(
  each({ groups: fc.uniqueArray(guid, { minLength: 1, maxLength: 3 }) }),
  fc.tuple(fc.uniqueArray(person, { maxLength: 3 }), fc.uniqueArray(guid, { maxLength: 2 }), person).map(([emails, servicePrincipals, one]) => ({ emails: servicePrincipals.length > 0 ? emails : [...new Set([...emails, one])], servicePrincipals })),
);

const account = fc.tuple(label, fc.array(label, { minLength: 1, maxLength: 2 })).map(([namespace, names]) => `${namespace}/${names.join(".").slice(0, 60).replace(/[-.]+$/, "")}`);
const kayenta = some({ callers: under(account, each({ reason }), 2) });
const tracing = some({ samplingPercent: fc.double({ min: 0, minExcluded: true, max: 100, noNaN: true }), retentionDays: fc.integer({ min: 1, max: 30 }), sizeGi: fc.integer({ min: 4, max: 4095 }) });

const zone = each({ labels: fc.array(label, { minLength: 2, maxLength: 4 }), above: fc.nat(2), resourceGroup: fitting(/[^.]$/, `${lower}AZ09_.()-`, 1, 90) });

/** The domain, its zone, its hosts, and what answers on them. */
export const hosts: fc.Arbitrary<RawConfig> = fc
  .tuple(zone, listed, allowed, fc.option(guid, { nil: undefined }), fc.option(kayenta, { nil: undefined }), tracing, fc.boolean())
  .map(([{ labels, above, resourceGroup }, all, names, clientId, canary, traces, flag]): RawConfig => {
    const domain = labels.join(".");
    const asked = all.some(({ signIn }) => signIn);
    const on = (wanted: Part): string[] => all.flatMap((host) => (host.part === wanted ? [`${host.label}.${domain}`] : []));
    const one = (wanted: Part): { host: string } | undefined => on(wanted).map((host) => ({ host }))[0];
    const limited = all.flatMap((host) => (host.limits === undefined ? [] : [[`${host.label}.${domain}`, host.limits] as const]));
    const [grafana, kiali, traced] = [one("grafana"), one("kiali"), one("tracing")];
    const enabled = flag || one("kayenta") !== undefined || canary?.callers !== undefined;
    return {
      dns: { zone: labels.slice(Math.min(above, labels.length - 2)).join("."), resourceGroup },
      domain,
      ...(all.length > 0 && { hosts: Object.fromEntries(all.map((host) => [`${host.label}.${domain}`, host.signIn ? { signIn: true } : {}])) }),
      ...(asked && { signIn: { allowed: names, ...(clientId !== undefined && { application: { clientId } }), ...one("sign-in") } }),
      ...(on("echo").length > 0 && { echo: { hosts: on("echo") } }),
      ...((canary !== undefined || !enabled || one("kayenta") !== undefined) && { kayenta: { enabled, ...canary, ...one("kayenta") } }),
      ...((grafana ?? kiali ?? traced) && { observability: { ...(grafana && { grafana }), ...(kiali && { kiali }), ...(traced && { tracing: { ...traces, ...traced } }) } }),
      ...(limited.length > 0 && { rateLimits: { hosts: Object.fromEntries(limited), failClosed: flag } }),
    };
  });
