import * as pulumi from "@pulumi/pulumi";
import { Problem } from "../components/shared/errors";
import { ConfigError } from "../stacks/config/configError";
import { parseConfig } from "../stacks/config/parseConfig";
import { PlatformConfig } from "../stacks/config/schema";
import { PlatformOutputs } from "../stacks/outputs";
import { Platform } from "../stacks/platform";
import { requireSignedInClient } from "../stacks/signedInClient";
import { received } from "./args/received";
import { notPlainProblems, unknownArgument } from "./args/problems";

const missing: Problem = { path: "config", message: "is missing", allowed: "one map with the environment's settings", fix: "docs/configuration.md lists the keys." };

/**
 * The whole platform, for programs in other languages than TypeScript. Its one argument `config` is the map that `Pulumi.<stack>.yaml` has under
 * `platform`; its outputs are those of the platform's own program, by the same names.
 */
export class PlatformFacade extends pulumi.ComponentResource {
  static readonly type = "delivery-platform:index:Platform";
  private readonly outputs: PlatformOutputs;

  /**
   * Checks the config as the platform's own program does, and makes the platform.
   *
   * @throws ConfigError where the config is refused, or the signed-in client is of another tenant or subscription; nothing is registered then
   */
  static async construct(name: string, { config: sent, ...others }: pulumi.Inputs, options: pulumi.ComponentResourceOptions): Promise<pulumi.provider.ConstructResult> {
    const given = received(sent);
    const problems = [...Object.keys(others).map((key) => unknownArgument([key])), ...notPlainProblems(["config"], given), ...(given === undefined || given === null ? [missing] : [])];
    if (problems.length > 0) throw new ConfigError(problems);
    const config = parseConfig(given, pulumi.getStack());
    await requireSignedInClient(config.azure);
    const { urn, outputs } = new PlatformFacade(name, config, options);
    return { urn, state: { ...outputs } };
  }

  private constructor(name: string, config: PlatformConfig, options: pulumi.ComponentResourceOptions) {
    super(PlatformFacade.type, name, {}, options);
    this.outputs = new Platform(name, config, { parent: this }).outputs;
    this.registerOutputs({ ...this.outputs });
  }
}
