import * as assert from "node:assert/strict";
import { Istio } from "../../components/mesh/istio";
import { MeshSecurity } from "../../components/mesh/meshSecurity";
import { testCluster } from "../support/insideCluster";
import { inputs, reachable, record, the } from "../support/record";

describe("MeshSecurity", () => {
  it("takes only connections with a mesh certificate, in the whole mesh, once istiod can check the rule", async () => {
    const plan = await record(() => {
      const cluster = testCluster();
      new MeshSecurity("security", { cluster, istio: new Istio("istio", { cluster, images: {} }) });
    });
    const strict = the(plan, "kubernetes:security.istio.io/v1:PeerAuthentication");
    assert.deepEqual(inputs(strict), {
      apiVersion: "security.istio.io/v1",
      kind: "PeerAuthentication",
      metadata: { name: "default", namespace: "istio-system" },
      spec: { mtls: { mode: "STRICT" } },
    });
    assert.ok(reachable(plan, strict).has(the(plan, "kubernetes:helm.sh/v3:Release", "istio-istiod").urn));
    assert.equal(strict.parent, the(plan, "delivery-platform:mesh:MeshSecurity").urn);
    assert.match(strict.deletedWith ?? "", /::cluster$/);
  });
});
