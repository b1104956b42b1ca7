import { z } from "zod";
import { AppConnections, AppFaults, AppOutliers, AppRetries, AppTraffic, HeaderMatch } from "../../components/apps/meshApp/traffic";
import { mapOf, object, Shape } from "./shape";

const header: z.ZodType<HeaderMatch> = z
  .union([z.strictObject({ exact: z.string() }), z.strictObject({ prefix: z.string() }), z.strictObject({ regex: z.string() })], { error: "{ exact: … }, { prefix: … } or { regex: … }" })
  .meta({ id: "HeaderMatch" });
/** The shape of what headers a request has. */
export const headerMatches = mapOf(header);

const affinity: z.ZodType<NonNullable<AppTraffic["affinity"]>> = z
  .union([z.strictObject({ cookie: z.string(), lifetime: z.string() }), z.strictObject({ header: z.string() }), z.strictObject({ sourceIp: z.literal(true) })], {
    error: "{ cookie: …, lifetime: … }, { header: … } or { sourceIp: true }",
  })
  .meta({ id: "AppAffinity" });

/** The arguments of `MeshApp` that are about requests, but for its routes. */
export const trafficShape: Shape<Omit<AppTraffic, "routes">> = {
  mirror: object<NonNullable<AppTraffic["mirror"]>>("AppMirror", { version: z.string(), percent: z.number().optional() }).optional(),
  timeout: z.string().optional(),
  retries: object<AppRetries>("AppRetries", { attempts: z.int(), perTryTimeout: z.string(), on: z.array(z.string()).optional() }).optional(),
  faults: object<AppFaults>("AppFaults", {
    abort: object<NonNullable<AppFaults["abort"]>>("AppAbort", { status: z.int(), percent: z.number() }).optional(),
    delay: object<NonNullable<AppFaults["delay"]>>("AppDelay", { duration: z.string(), percent: z.number() }).optional(),
    headers: headerMatches.optional(),
  }).optional(),
  connections: object<AppConnections>("AppConnections", {
    max: z.int().optional(),
    maxPendingRequests: z.int().optional(),
    maxRequests: z.int().optional(),
    maxRequestsPerConnection: z.int().optional(),
    connectTimeout: z.string().optional(),
  }).optional(),
  outliers: object<AppOutliers>("AppOutliers", { consecutive5xx: z.int().optional(), interval: z.string().optional(), ejectionTime: z.string().optional(), maxEjectedPercent: z.int().optional() }).optional(),
  affinity: affinity.optional(),
};
