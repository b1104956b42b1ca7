import * as path from "node:path";
import type { KubeObject, Lab } from "../../lab/lab";
import { render } from "../../lab/istio";
import { chartFiles } from "../../tools/charts";
import type { Planned } from "../planned";

const release = "istio-ingress";

/** What the gateway's chart gives its account: istiod hands a certificate only to who may read its Secret. */
export async function gatewayRights({ control }: Lab, { releases }: Planned): Promise<readonly KubeObject[]> {
  const { values, namespace } = releases[release] ?? {};
  if (values === undefined || namespace === undefined) throw new Error(`The program plans no release ${release}.`);
  const objects = await render(control, release, path.join(chartFiles.istioCharts, "gateway"), namespace, values);
  return objects.filter(({ kind }) => kind === "Role" || kind === "RoleBinding");
}
