import * as pulumi from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

const plain = { debuggablePromise: <T>(promise: Promise<T>): Promise<T> => promise };
const silent = { debug: (): Promise<void> => Promise.resolve() };

/**
 * Has Pulumi's SDK leave out, meanwhile, what only helps to look for faults of its own: a stack for each of its thousands of promises, a call
 * to the engine for each line of its debug log, and the lines of our sources in the whole stack that it takes of each resource. That is
 * more than half of a run, and nothing here reads it. What a program does and what comes of it are the same.
 */
export async function quietSdk(run: () => Promise<void>): Promise<void> {
  const promises = { ...debuggable };
  const { debug } = pulumi.log;
  const { prepareStackTrace } = Error;
  Object.assign(debuggable, plain);
  Object.assign(pulumi.log, silent);
  Reflect.deleteProperty(Error, "prepareStackTrace");
  try {
    await run();
  } finally {
    Object.assign(Error, { prepareStackTrace });
    Object.assign(pulumi.log, { debug });
    Object.assign(debuggable, promises);
  }
}
