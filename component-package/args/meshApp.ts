import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { AppCaller, AppJwt, AppPort, AppProbes, AppReplicas, AppResources, AppVersion, MeshAppArgs } from "../../components/apps/meshApp/args";
import { AppRoute } from "../../components/apps/meshApp/traffic";
import { HttpOperation, ServiceAccountName } from "../../components/mesh/access";
import { LocalLimits } from "../../components/mesh/localRateLimit";
import { Rate } from "../../components/mesh/rateLimit/limits";
import { RequestMatch } from "../../components/mesh/rateLimit/requests";
import { AppMetrics } from "../../components/services/allowScrape";
import { ArgumentError } from "../../components/shared/errors";
import { allowedText } from "../../stacks/config/shapeProblems";
import { headerMatches, trafficShape } from "./meshAppTraffic";
import { knownIn } from "./known";
import { argumentProblems } from "./problems";
import { received } from "./received";
import { known, mapOf, object, textInput } from "./shape";

/** Who may call the app, without what only a program in TypeScript has. */
type FacadeCaller = Omit<AppCaller, "ready">;

/** Requests that go to one version. */
interface FacadeRoute extends AppRoute {
  /** A name of the route's own. */
  readonly name: string;
}

/** Arguments of the facade of `MeshApp`. */
export interface MeshAppFacadeArgs extends Omit<MeshAppArgs, "platform" | "namespace" | "callers" | "routes"> {
  /** The platform's stack, as `acme/azure-delivery-platform/dev`; with a backend of one's own, `organization/azure-delivery-platform/dev`. */
  readonly platform: string;
  readonly callers?: Readonly<Record<string, FacadeCaller>>;
  /** Requests that go to a version of their own; the first that fits is taken. Default: none, the weights decide. */
  readonly routes?: readonly FacadeRoute[];
}

const texts = z.array(z.string());
/** The shape of labels. */
export const labels = mapOf(z.string());
const unit = z.enum(["second", "minute", "hour", "day"]);

const path = z.union([z.strictObject({ exact: z.string() }), z.strictObject({ prefix: z.string() })], { error: "{ exact: <path> } or { prefix: <path> }" }).meta({ id: "PathMatch" });
const headerValues = z.union([texts, z.literal("present")], { error: "a list of values, or present" });

const version = object<AppVersion>("AppVersion", {
  image: textInput,
  weight: z.int().optional(),
  replicas: object<AppReplicas>("AppReplicas", { min: z.int().optional(), max: z.int().optional(), cpuPercent: z.int().optional() }).optional(),
  env: mapOf(textInput).optional(),
  secretEnv: mapOf(textInput).optional(),
  command: texts.optional(),
  args: texts.optional(),
  resources: object<AppResources>("AppResources", { cpu: z.string().optional(), memory: z.string().optional(), memoryLimit: z.string().optional() }).optional(),
  writable: texts.optional(),
});

/** The shape of a service account's name. */
export const serviceAccount = object<ServiceAccountName>("ServiceAccountName", { namespace: known(z.string()), name: known(z.string()) });

const caller = object<FacadeCaller>("AppCaller", {
  serviceAccount: known(serviceAccount),
  podLabels: known(labels).optional(),
  reason: z.string(),
  requests: z.array(object<Omit<HttpOperation, "hosts">>("HttpOperation", { methods: texts.optional(), paths: texts.optional() })).optional(),
  elsewhere: z.boolean().optional(),
});

const jwt = object<AppJwt>("AppJwt", {
  issuer: z.string(),
  jwksUri: z.string(),
  audiences: z.array(textInput),
  exceptPaths: texts.optional(),
  claims: mapOf(texts).optional(),
  headers: labels.optional(),
});

const rate = object<Rate>("Rate", { requests: z.int(), unit });
const limited = object<RequestMatch & Rate>("RequestRate", {
  path: path.optional(),
  methods: texts.optional(),
  headers: mapOf(headerValues).optional(),
  requests: z.int(),
  unit,
});

/** The shape of the facade's arguments; what the values may be is for `MeshApp` to say. */
export const meshAppShape = object<MeshAppFacadeArgs>("MeshAppArgs", {
  platform: z.string(),
  app: z.string().optional(),
  port: object<AppPort>("AppPort", { containerPort: z.int(), protocol: z.enum(["http", "http2", "grpc"]).optional(), servicePort: z.int().optional() }),
  versions: mapOf(version),
  hosts: texts.optional(),
  signIn: z.boolean().optional(),
  jwt: jwt.optional(),
  callers: mapOf(caller).optional(),
  probes: object<AppProbes>("AppProbes", { readiness: z.string().optional(), liveness: z.string().optional(), startupSeconds: z.int().optional() }).optional(),
  localRateLimit: object<LocalLimits>("LocalLimits", { rate: rate.optional(), requests: mapOf(limited).optional() }).optional(),
  metrics: object<AppMetrics>("AppMetrics", { port: z.int(), path: z.string().optional(), read: z.enum(["merged", "mutualTls"]).optional() }).optional(),
  workloadIdentity: object<NonNullable<MeshAppArgs["workloadIdentity"]>>("AppWorkloadIdentity", { clientId: textInput }).optional(),
  // The protocol keeps no order of a map's entries.
  routes: z
    .array(object<FacadeRoute>("AppRoute", { name: z.string(), version: z.string(), headers: headerMatches }))
    .refine((routes) => new Set(routes.map(({ name }) => name)).size === routes.length, { error: "each name once" })
    .optional(),
  ...trafficShape,
});

/**
 * Reads what a program in another language gave as arguments. Who calls may come from another resource, as far as it is known.
 *
 * @throws ArgumentError that names every argument of another shape
 */
export async function readMeshAppArgs(name: string, { callers, ...others }: pulumi.Inputs): Promise<MeshAppFacadeArgs> {
  const inputs = { ...others, ...(callers !== undefined && { callers: await knownIn(callers) }) };
  const result = meshAppShape.safeParse(received(inputs), { error: allowedText, reportInput: true });
  if (result.success) return result.data;
  throw new ArgumentError(name, result.error.issues.flatMap((issue) => argumentProblems(issue.path, issue)));
}

/** Routes as `MeshApp` has them: by name, in their order. */
export function byName(routes: readonly FacadeRoute[]): Readonly<Record<string, AppRoute>> {
  return Object.fromEntries(routes.map(({ name, ...route }) => [name, route]));
}
