import assert from "node:assert/strict";
import * as fs from "node:fs";
import { environmentPlan } from "../../../support/plans";
import { chapters } from "../claims/chapters";
import { signInBinary } from "../claims/signIn/parts";
import { faults } from "../faults/run";
import { toolPath } from "../tools/goTools";
import { testedVersions } from "../tools/versions";
import { pageOf, withoutFigures } from "./page";
import { found } from "./rows";

const page = "docs/conformance.md";

/** The line of Kubernetes that dev's cluster has. */
async function kubernetesLine(): Promise<string> {
  const { resources } = await environmentPlan("dev", "up");
  const version = resources.find(({ type }) => /:ManagedCluster$/.test(type))?.inputs["kubernetesVersion"];
  if (typeof version !== "string") throw new Error("The program says of dev's cluster no version of Kubernetes.");
  return version;
}

// After all others: files run in the order of their names.
describe("the report", () => {
  it(`writes ${page} of what was found, and nothing in it is new`, async function () {
    const promised = [...chapters.flatMap(({ claims }) => claims), ...faults];
    // Of a part of the tests there is no report.
    if (found.claims.length + found.faults.length < promised.length) this.skip();
    const checker = signInBinary() === toolPath("oauth2Proxy") ? "the real oauth2-proxy of the version above" : "the oauth2-proxy that OAUTH2_PROXY_BIN names";
    const written = pageOf({ ...found, versions: testedVersions({ kubernetes: await kubernetesLine() }), checker });
    const committed = fs.existsSync(page) ? fs.readFileSync(page, "utf8") : "";
    fs.writeFileSync(page, written);
    const [now, before] = [written, committed].map((text) => withoutFigures(text).split("\n"));
    const differs = { added: now?.filter((line) => !before?.includes(line)), gone: before?.filter((line) => !now?.includes(line)) };
    assert.deepEqual(differs, { added: [], gone: [] }, `${page} was other than what the tests found: ${JSON.stringify(differs, undefined, 2).slice(0, 4000)}. It is written anew, to be looked at and committed`);
  });
});
