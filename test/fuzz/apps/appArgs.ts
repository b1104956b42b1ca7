import * as fc from "fast-check";
import { AppPort, MeshAppArgs } from "../../../components/apps/meshApp/args";
import { placesIn, withAt } from "../places";
import { each, freeText, guid, label, some } from "../texts";
import { callers, jwt } from "./callers";
import { trafficOf } from "./traffic";
import { versions } from "./versions";

/** What an app is told but for the platform that it runs on. */
export type AppArgs = Omit<MeshAppArgs, "platform" | "namespace">;

const open = "app.dev.example.com";
const signedIn = "private.dev.example.com";

/** Who may call from outside: nobody, everybody, who has a token, or who has signed in. */
const entrance = fc.oneof(
  fc.constant({}),
  fc.constant({ hosts: [open] }),
  jwt.map((asked) => ({ hosts: [open], jwt: asked })),
  fc.constant({ hosts: [signedIn], signIn: true }),
);

const name = label.map((text) => `a${text}`.slice(0, 40).replace(/-+$/, ""));
const port: fc.Arbitrary<AppPort> = fc
  .tuple(each({ containerPort: fc.integer({ min: 1024, max: 14_999 }) }), some({ protocol: fc.constantFrom("http", "http2", "grpc"), servicePort: fc.integer({ min: 1, max: 14_999 }) }))
  .map(([needed, others]) => ({ ...needed, ...others }));

const rate = each({ requests: fc.integer({ min: 1, max: 9999 }), unit: fc.constantFrom("second", "minute", "hour", "day") });
const startupSeconds = fc.integer({ min: 5, max: 3600 });
const probesOf = (protocol: AppPort["protocol"]): fc.Arbitrary<MeshAppArgs["probes"]> =>
  protocol === "grpc" ? some({ startupSeconds }) : some({ startupSeconds, readiness: fc.constantFrom("/healthz", "/ready?full=1"), liveness: fc.constant("/livez") });
const metrics = fc.tuple(each({ port: fc.integer({ min: 1024, max: 14_999 }) }), some({ path: fc.constantFrom("/metrics", "/stats"), read: fc.constantFrom("merged", "mutualTls") })).map(([needed, others]) => ({ ...needed, ...others }));

/** Arguments of which each by itself can be had; most of them together too. */
export const likelyArgs: fc.Arbitrary<AppArgs> = fc.tuple(versions, port).chain(([all, on]) =>
  fc
    .tuple(entrance, some({ app: name, callers, probes: probesOf(on.protocol), metrics, localRateLimit: each({ rate }), workloadIdentity: each({ clientId: guid }) }), trafficOf(all, on.protocol))
    .map(([asked, others, traffic]) => ({ port: on, versions: all, ...asked, ...others, ...traffic })),
);

const oddNumber = fc.oneof(fc.constantFrom(0, -0, -1, 0.5, 100.5, NaN, Infinity, -Infinity, 80, 1337, 15_001, 65_536, 2 ** 31, 2 ** 53), fc.double());
const oddText = fc.oneof(
  fc.constantFrom("", " ", "*", "/", "//", "..", "/*", "-", "$(KEY)", "constructor", "__proto__", "toString", "latest", "0s", "1e3s", "-1s", "99999h", "kube-system", "legacy", "(", "[", "\\", "a".repeat(64), "a".repeat(254)),
  freeText(0, 70),
  fc.string({ unit: "binary", maxLength: 10 }),
);

/** The maps that take a team's own keys. */
const ownKeys = ["versions", "env", "secretEnv", "callers", "podLabels", "routes", "headers", "claims"];

/** What is one of few words, which the compiler checks. */
const words = ["protocol", "unit", "read", "sourceIp"];

/** The arguments with one text, number, flag, name or list exchanged for another of its kind: what the compiler takes. */
export const oddArgs: fc.Arbitrary<AppArgs> = fc.tuple(likelyArgs, fc.nat(), oddText, oddNumber, fc.boolean()).map(([args, index, text, number, named]) => {
  const places = placesIn(args).filter((found) => !words.includes(String(found.at(-1))));
  const place = places[index % places.length] ?? [];
  const map = place.at(-2);
  if (named && typeof map === "string" && ownKeys.includes(map)) {
    const key = place.at(-1);
    return withAt(args, place.slice(0, -1), (old) => Object.fromEntries(Object.entries(old as object).map(([name, value]) => [name === key ? text : name, value as unknown]))) as AppArgs;
  }
  return withAt(args, place, (old) => otherThan(old, text, number)) as AppArgs;
});

function otherThan(old: unknown, text: string, number: number): unknown {
  if (typeof old === "string") return text;
  if (typeof old === "number") return number;
  if (typeof old === "boolean") return !old;
  if (Array.isArray(old)) return number > 0 ? [...(old as unknown[]), ...(old as unknown[])] : [];
  return old;
}

