import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "./stacks/config/parseConfig";
import { Platform } from "./stacks/platform";
import { requireSignedInClient } from "./stacks/signedInClient";

export = async () => {
  const config = parseConfig(new pulumi.Config().get("platform"), pulumi.getStack());
  await requireSignedInClient(config.azure);
  return new Platform("platform", config).outputs;
};
