import * as pulumi from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import { explainFailure } from "../../components/shared/explainFailure";
import { Mode } from "../../simulator/engine/plan";
import { loggedErrors } from "../support/loggedErrors";
import { record } from "../support/record";

/** What the hook of a resource logs and answers when an operation failed. */
async function afterFailed(failedOperation: string, mode: Mode = "up"): Promise<{ logged: string[]; retry: boolean | undefined }> {
  let retry: boolean | undefined;
  const logged = await loggedErrors(() =>
    record(
      async () => {
        const component = new pulumi.ComponentResource("test:index:Component", "component");
        const [hook] = explainFailure("advice", component, "Is the zone delegated?").hooks?.onError ?? [];
        retry = await hook?.callback({ urn: "", id: "", name: "it", type: "", failedOperation, errors: ["timed out"] });
      },
      { mode },
    ),
  );
  return { logged, retry };
}

describe("explainFailure", () => {
  for (const operation of ["create", "update"]) {
    it(`logs the advice as an error when the ${operation} failed, and tries nothing again`, async () => {
      assert.deepEqual(await afterFailed(operation), { logged: ["Is the zone delegated?"], retry: false });
    });
  }

  it("says nothing of a deletion", async () => assert.deepEqual(await afterFailed("delete"), { logged: [], retry: false }));

  it("says nothing in a preview, where nothing was made", async () => assert.deepEqual(await afterFailed("create", "preview"), { logged: [], retry: false }));
});
