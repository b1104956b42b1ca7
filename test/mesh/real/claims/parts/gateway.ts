import type { KubeObject, Lab } from "../../lab/lab";
import { render } from "../../lab/istio";
import { Planned, releaseOf } from "../planned";

const release = "istio-ingress";

/** What the gateway's chart gives its account: istiod hands a certificate only to who may read its Secret. */
export async function gatewayRights({ control }: Lab, platform: Planned): Promise<readonly KubeObject[]> {
  const { values, namespace } = releaseOf(platform, release);
  const objects = await render(control, release, namespace, values);
  return objects.filter(({ kind }) => kind === "Role" || kind === "RoleBinding");
}
