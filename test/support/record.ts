import * as grpc from "@grpc/grpc-js";
import * as runtime from "@pulumi/pulumi/runtime";
import { EmbeddedCloud } from "../../simulator/embeddedCloud";
import { Cloud } from "../../simulator/cloud";
import { Monitor, StackOutputs } from "../../simulator/engine/monitor";
import { Mode, Plan, RecordedResource } from "../../simulator/engine/plan";
import { listen, planOf } from "../../simulator/engine/runProgram";
import { present, Properties } from "../../simulator/engine/values";
import { clientOf } from "./monitorClient";
import { quietSdk } from "./quietSdk";

/** How a test wants a piece of program run. */
export interface RecordOptions {
  readonly mode?: Mode;
  readonly stack?: string;
  readonly cloud?: Cloud;
  /** The outputs of the stacks that the program refers to, by the stack's name. */
  readonly stackOutputs?: Readonly<Record<string, Properties>>;
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a piece of program in this process, against the embedded engine and cloud, and returns all that it registered. It takes the same
 * path as a whole program, but for the socket: Pulumi's own SDK, the messages of the resource-monitor protocol, the same monitor. An unknown
 * type, a failed registration, a component without outputs or an exception of the program rejects. Runs follow one another, since Pulumi's SDK keeps its settings in one place.
 */
export function record(program: () => unknown, options: RecordOptions = {}): Promise<Plan> {
  const result = last.then(() => runHere(program, options));
  last = result.catch(() => undefined);
  return result;
}

async function runHere(program: () => unknown, options: RecordOptions): Promise<Plan> {
  const run = { project: "test", stack: options.stack ?? "dev", mode: options.mode ?? "up" };
  const monitor = new Monitor(run, options.cloud ?? new EmbeddedCloud({ tenantId: testTenant, subscriptionId: testSubscription }), outputsFrom(options.stackOutputs));
  const server = new grpc.Server();
  monitor.serve(server);
  const address = `127.0.0.1:${await listen(server)}`;
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  const others = process.rawListeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", onRejection);
  try {
    await quietSdk(async () => {
      runtime.resetOptions(run.project, run.stack, -1, address, address, run.mode === "preview", "");
      runtime.setMockOptions(clientOf(monitor), run.project, run.stack, run.mode === "preview");
      // What a program has begun ends in its own run, also where it throws.
      await runtime.runInPulumiStack(async () => program()).catch(async (thrown: unknown) => {
        await disconnect().catch(() => undefined);
        throw thrown;
      });
      await disconnect();
      // One turn of the event loop, so that a rejection nobody handled is seen here and not in the next test.
      await new Promise((resolve) => setImmediate(resolve));
    });
  } finally {
    process.off("unhandledRejection", onRejection);
    others.forEach((listener) => process.on("unhandledRejection", listener as NodeJS.UnhandledRejectionListener));
    server.forceShutdown();
  }
  const failure = monitor.failures[0] ?? rejections[0] ?? monitor.logs.find((line) => line.severity === "error");
  if (failure !== undefined) throw failure instanceof Error ? failure : new Error(JSON.stringify(failure));
  const unfinished = monitor.unfinished.map(({ urn }) => urn);
  if (unfinished.length > 0) throw new Error(`These components never called registerOutputs: ${unfinished.join(", ")}`);
  return planOf(run, monitor, 0);
}

/** Ends the SDK's part of a run. Its own server, for hooks, must have started: one that is closed before is tried again for ever. */
async function disconnect(): Promise<void> {
  await runtime.getCallbacks()?.registerTransform(() => undefined);
  await runtime.disconnect();
}

/** Answers as Pulumi's backends do: the outputs of a stack that is there, an error for any other. */
function outputsFrom(stacks: RecordOptions["stackOutputs"] = {}): StackOutputs {
  return (stack) => (stack in stacks ? Promise.resolve(stacks[stack] as Properties) : Promise.reject(new Error(`unknown stack "${stack}"`)));
}

/** The one resource of a type; with `name`, the one of that name. Throws when there is none or more than one. */
export function the(plan: Plan, type: string, name?: string): RecordedResource {
  const found = all(plan, type).filter((resource) => name === undefined || resource.name === name);
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type}${name === undefined ? "" : ` named ${name}`}: ${found.map((r) => r.name).join(", ")}; the plan has ${all(plan, type).map((r) => r.name).join(", ")}`);
  return found[0] as RecordedResource;
}

/** All resources of a type. */
export function all(plan: Plan, type: string): RecordedResource[] {
  return plan.resources.filter((resource) => resource.type === type);
}

/** The inputs of a resource as plain data: `[unknown]` and `[secret]` stand for what is not known and what is secret. */
export function inputs(resource: RecordedResource): Record<string, unknown> {
  return present(resource.inputs) as Record<string, unknown>;
}

/** Resources by URN that a resource waits for, through any number of steps. */
export function reachable(plan: Plan, from: RecordedResource): Set<string> {
  const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
  const seen = new Set<string>();
  const visit = (resource: RecordedResource): void => {
    const provider = resource.provider?.split("::").slice(0, -1).join("::");
    for (const urn of [...(resource.dependencies ?? []), ...(provider === undefined ? [] : [provider])]) {
      if (seen.has(urn)) continue;
      seen.add(urn);
      const next = byUrn.get(urn);
      if (next !== undefined) visit(next);
    }
  };
  visit(from);
  return seen;
}

export const testTenant = "11111111-2222-4333-8444-555555555555";
export const testSubscription = "66666666-7777-4888-9999-000000000000";
