import { hermetic } from "../../simulator/engine/hermetic";

// What says which pipeline a process runs in, and where it writes to. The services set these for every step, that of the tests too.
const pipelines = /^((GITHUB|ACTIONS|SYSTEM|AGENT|BUILD)_.*|TF_BUILD|RUNNER_TEMP)$/;

/** An environment without what it says of the world outside, or of the pipeline that runs the tests: each test gives its own. */
export function outsideOfPipelines(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(hermetic(environment)).filter(([name]) => !pipelines.test(name)));
}

// Tests, and the processes that they start, are kept from the world outside as a preview is.
process.env = outsideOfPipelines(process.env);
