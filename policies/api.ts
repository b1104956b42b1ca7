/*
 * What another project's tests take from azure-delivery-platform/policies: a way to run its program without a cloud, and what is against the
 * policies in what it registers.
 *
 * @example
 * const cloud = new EmbeddedCloud({ tenantId, subscriptionId });
 * const run = { project: "shop", stack: "prod", mode: "up", directory: ".", main: ".", typescript: true, config: {}, secretKeys: [] } as const;
 * const { plan } = await runProgram(run, cloud);
 * assert.deepEqual(findingsOf(plan, { environment: "prod" }), []);
 */
export { policies } from "./all";
export { changeFindings, type ChangeCircumstances } from "./change/changeFindings";
export { exceptionsIn, type Exceptions, type PolicyException } from "./exceptions";
export { eachOf, levelIn, type Check, type Level, type Levels, type Policy, type PolicyGroup, type Violation } from "./policy";
export { findingsOf, type Circumstances } from "./run";
export { stackOf, type PolicyResource, type PolicyStack } from "./stack";
export { EmbeddedCloud } from "../simulator/embeddedCloud";
export type { Finding, Plan } from "../simulator/engine/plan";
export { runProgram, type ProgramResult, type ProgramRun } from "../simulator/engine/runProgram";
