import * as fc from "fast-check";
import { AppPort } from "../../../components/apps/meshApp/args";
import { AppTraffic, HeaderMatch } from "../../../components/apps/meshApp/traffic";
import { each, fitting, freeText, of, some, under } from "../texts";

const lower = "abcdefghijklmnopqrstuvwxyz";
const header = fitting(/^x-[a-z]/, `${lower}09-x`, 3, 12).filter((name) => !name.startsWith("x-envoy-"));
const seconds = (min: number, max: number): fc.Arbitrary<string> => fc.integer({ min, max }).map((count) => `${count}s`);
const count = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const percent = fc.double({ min: 0.0001, max: 100, noNaN: true });

const match: fc.Arbitrary<HeaderMatch> = fc.oneof(
  each({ exact: freeText(1, 20) }),
  each({ prefix: freeText(1, 20) }),
  each({ regex: fc.constantFrom(".*Chrome.*", "[a-z]+", "v(1|2)", "a.*") }),
);
const headers = fc.dictionary(header, match, { minKeys: 1, maxKeys: 2, noNullPrototype: true });
const routeName = fc.tuple(of(lower, 1, 1), of(`${lower}09`, 0, 10)).map((parts) => parts.join(""));

const retries = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(undefined, ["503"], ["connect-failure", "5xx"])).map(([attempts, on]) => ({ attempts, perTryTimeout: "1s", ...(on && { on }) }));

const faults = fc.tuple(fc.option(each({ status: fc.integer({ min: 400, max: 599 }), percent }), { nil: undefined }), percent, fc.boolean()).map(([abort, share, marked]) => ({
  ...(abort ? { abort } : { delay: { duration: "2s", percent: share } }),
  ...(marked && { headers: { "x-fault-tester": { exact: "yes" } } }),
}));

const connections = fc.tuple(each({ max: count }), some({ maxPendingRequests: count, maxRequests: count, maxRequestsPerConnection: count, connectTimeout: seconds(1, 9) })).map(([max, others]) => ({ ...max, ...others }));

const outliers = some({ consecutive5xx: count, interval: seconds(1, 99), ejectionTime: seconds(1, 99) }).map((given) => ({ ...given, maxEjectedPercent: 100 }));

const affinity = fc.oneof(each({ cookie: of(lower, 1, 10), lifetime: seconds(0, 9999) }), each({ header }), each({ sourceIp: fc.constant(true as const) }));

/** What is asked of the traffic of an app that has these versions. Who answers no requests may get copies; clients of gRPC keep no cookies. */
export function trafficOf(versions: Readonly<Record<string, { readonly weight?: number }>>, protocol: AppPort["protocol"]): fc.Arbitrary<AppTraffic> {
  const version = fc.constantFrom(...Object.keys(versions));
  const idle = Object.keys(versions).filter((name) => versions[name]?.weight === 0);
  return some({
    routes: under(routeName, each({ version, headers }), 2),
    timeout: seconds(5, 26),
    retries,
    faults,
    connections,
    outliers,
    affinity: protocol === "grpc" ? affinity.filter((by) => !("cookie" in by)) : affinity,
    ...(idle.length > 0 && { mirror: each({ version: fc.constantFrom(...idle), percent }) }),
  });
}
