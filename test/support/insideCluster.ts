import * as k8s from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import { ClusterTarget } from "../../components/shared/cluster";
import { Plan } from "../../simulator/engine/plan";

/** A cluster for tests of what runs inside one. The resource that takes it all along is a stand-in, named `cluster`. */
export function testCluster(): ClusterTarget {
  const cluster = new random.RandomId("cluster", { byteLength: 4 });
  return { provider: new k8s.Provider("inside", { kubeconfig: "{}" }), deletedWith: cluster };
}

/** The names of the resources in the cluster whose own deletion runs on every destroy. */
export function deletedByItself(plan: Plan): string[] {
  return plan.resources
    .filter((resource) => resource.deletedWith === undefined && resource.provider?.includes("pulumi:providers:kubernetes::inside") === true)
    .map(({ name }) => name)
    .sort();
}
