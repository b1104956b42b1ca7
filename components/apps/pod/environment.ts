import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Problem } from "../../shared/errors";
import { secretAnnotation, secretChecksum } from "../../shared/secretChecksum";

/** The variables of a container: plain ones, and those that are kept in a Secret. */
export interface Variables {
  readonly env: Readonly<Record<string, pulumi.Input<string>>>;
  readonly secretEnv: Readonly<Record<string, pulumi.Input<string>>>;
}

// Kubernetes takes more; a shell does not. https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html
const variable = /^[A-Za-z_][A-Za-z0-9_]{0,252}$/;

/** The variables as a container has them. */
export function containerEnv({ env, secretEnv }: Variables, secretName: string): k8s.types.input.core.v1.EnvVar[] {
  return [
    ...Object.entries(env).map(([name, value]) => ({ name, value })),
    ...Object.keys(secretEnv).map((name) => ({ name, valueFrom: { secretKeyRef: { name: secretName, key: name } } })),
  ];
}

/** What the Secret holds: secret also where the program has it as plain text. Which keys it has is plain. */
export function secretData({ secretEnv }: Variables): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(Object.entries(secretEnv).map(([name, value]) => [name, pulumi.secret(value)]));
}

/** The annotation that restarts the pods when one of the secret values changes; none where there is no secret. */
export function secretAnnotations({ secretEnv }: Variables, secretName: string): Record<string, pulumi.Output<string>> {
  const names = Object.keys(secretEnv).sort();
  return names.length === 0 ? {} : { [secretAnnotation(secretName)]: secretChecksum(...names.map((name) => secretEnv[name] ?? "")) };
}

/** What is wrong with the names of variables. */
export function variableNameProblems(path: string, { env, secretEnv }: Variables): Problem[] {
  return Object.entries({ env, secretEnv }).flatMap(([list, variables]) =>
    Object.keys(variables)
      .filter((name) => !variable.test(name))
      .map((name) => ({ path: `${path}${list}[${JSON.stringify(name)}]`, message: "is not the name of a variable", allowed: "letters, digits and underscores, no digit first" })),
  );
}

/** The variables that are given both plain and secret. */
export function variableTwiceProblems(path: string, { env, secretEnv }: Variables): Problem[] {
  return Object.keys(secretEnv)
    .filter((name) => Object.hasOwn(env, name))
    .map((name) => ({ path: `${path}secretEnv[${JSON.stringify(name)}]`, message: "is given in `env` as well", allowed: "each variable once", fix: "Leave out the plain one." }));
}

/** The secret variables whose value Kubernetes would write into a command, where everyone on the node reads it. */
export function secretArgumentProblems(path: string, { secretEnv }: Variables, commands: Readonly<Record<string, readonly string[] | undefined>>): Problem[] {
  return Object.entries(commands).flatMap(([list, words = []]) =>
    Object.keys(secretEnv)
      .filter((name) => words.some((word) => word.includes(`$(${name})`)))
      .map((name) => ({
        path: `${path}${list}`,
        message: "has the value of a secret variable put into the process' arguments",
        given: `$(${name})`,
        fix: "Have the program read the variable itself, or a shell write it to the program's standard input or to a file.",
      })),
  );
}
