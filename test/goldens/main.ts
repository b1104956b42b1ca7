import * as fs from "node:fs";
import { environmentPlan, environments } from "../support/plans";
import { goldenFile, goldenText } from "./golden";

/** Writes the goldens anew. */
async function main(): Promise<void> {
  for (const environment of environments) fs.writeFileSync(goldenFile(environment), goldenText(await environmentPlan(environment, "up")));
}

void main();
