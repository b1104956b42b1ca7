// What signs in or chooses a cluster, and proxies: gRPC would ask one even for the way to this machine itself.
const outside = /^(ARM|AZURE|KUBE|HELM|PULUMI)_?|^((grpc|https?|all)|no(_grpc)?)_proxy$/i;

/** An environment without what it says of the world outside: a preview must not depend on, or reach, what the machine is signed in to. */
export function hermetic(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !outside.test(name)));
}
