import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { findingsOf } from "../../policies/run";
import { EmbeddedCloud } from "../../simulator/embeddedCloud";
import { Mode, Plan } from "../../simulator/engine/plan";
import { ConfigError } from "../../stacks/config/configError";
import { parseConfig } from "../../stacks/config/parseConfig";
import { Platform } from "../../stacks/platform";
import { RawConfig } from "../stacks/config/validConfig";
import { record } from "../support/record";
import { invalidConfigs, placed } from "./invalidConfigs";
import { withAt } from "./places";
import { Tries } from "./tries";
import { stackOf, validConfigs } from "./validConfigs";

// What only reads a config takes no time beside a run of the program.
const readings = 4;

/** Describes what holds for every config, tried on some. */
export function describeConfigs({ runs, seed }: Tries): void {
  const reading = { numRuns: runs * readings, seed };

  it(`${runs} that are valid give an environment that the cloud takes and no policy refuses`, async () => {
    await fc.assert(
      fc.asyncProperty(validConfigs, async (config) => {
        assert.deepEqual(await refusedIn(config), []);
      }),
      { numRuns: runs, seed },
    );
  });

  it("register the same resources in a preview and in an update", async () => {
    const urns = (plan: Plan): string[] => plan.resources.map(({ urn }) => urn);
    await fc.assert(
      fc.asyncProperty(validConfigs, async (config) => {
        assert.deepEqual(urns(await planOf(config, "preview")), urns(await planOf(config, "up")));
      }),
      { numRuns: Math.ceil(runs / 25), seed: seed + 1 },
    );
  });

  it("are the same config once read, as the text that Pulumi hands over, and read again", () => {
    fc.assert(
      fc.property(validConfigs, (config) => {
        const stack = stackOf(config);
        const before = structuredClone(config);
        const parsed = parseConfig(config, stack);
        assert.deepEqual(config, before);
        assert.deepEqual(parseConfig(JSON.stringify(config), stack), parsed);
        assert.deepEqual(parseConfig(parsed, stack), parsed);
      }),
      reading,
    );
  });

  it("that are invalid are refused: where, and without a word of a secret", () => {
    fc.assert(
      fc.property(invalidConfigs, ({ config, path, secret }) => {
        const refusal = refusalOf(config, stackOf(config));
        assert.ok(refusal, `${path} is not refused`);
        assert.ok(
          refusal.problems.some((problem) => problem.path.startsWith(path) || path.startsWith(problem.path)),
          `no problem is at ${path}: ${refusal.message}`,
        );
        if (secret !== undefined) assert.ok(!(refusal.message + JSON.stringify(refusal.problems)).includes(secret), refusal.message);
      }),
      reading,
    );
  });

  it("with anything in any place are taken or refused, and nothing breaks", () => {
    fc.assert(
      fc.property(placed, fc.anything(), ([config, place], anything) => {
        const other = withAt(config, place, () => anything) as RawConfig;
        assert.ok(refusalOf(other, stackOf(config))?.problems.length !== 0);
      }),
      reading,
    );
  });

  it("that are anything at all are refused", () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.json(), fc.string()), (anything) => {
        assert.ok((refusalOf(anything, "dev")?.problems.length ?? 0) > 0);
      }),
      reading,
    );
  });
}

function planOf(raw: RawConfig, mode: Mode): Promise<Plan> {
  const stack = stackOf(raw);
  const config = parseConfig(raw, stack);
  return record(() => new Platform("platform", config).outputs, { mode, stack, cloud: new EmbeddedCloud(config.azure) });
}

/** What the cloud or a policy would refuse in an environment. What its exceptions say of themselves is not of its resources. */
async function refusedIn(config: RawConfig): Promise<object[]> {
  const plan = await planOf(config, "up");
  return [...plan.findings, ...findingsOf(plan, { environment: stackOf(config) })].filter(({ level }) => level === "error");
}

function refusalOf(config: unknown, stack: string): ConfigError | undefined {
  try {
    parseConfig(config, stack);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown;
    throw thrown;
  }
}
