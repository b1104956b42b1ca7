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
// Of JavaScript's own name, an object that Pulumi copies keeps nothing.
const variable = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]{0,252}$/;

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

/**
 * The variables that Kubernetes would put into a text: `$(NAME)`, where `$$` stands for a dollar sign alone.
 * @source https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go
 */
function namedIn(text: string): string[] {
  return [...text.matchAll(/\$\$|\$\(([^)]*)\)/g)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

/** The plain variables that name a secret one. They stand before it, and Kubernetes puts in only what stands before: the program would get the name. */
export function secretInPlainProblems(path: string, { env, secretEnv }: Variables): Problem[] {
  return Object.entries(env).flatMap(([name, value]) =>
    (typeof value === "string" ? namedIn(value) : [])
      .filter((named) => Object.hasOwn(secretEnv, named))
      .map((named) => ({
        path: `${path}env[${JSON.stringify(name)}]`,
        message: "names a secret variable, whose value never gets there: plain variables stand before the secret ones, and Kubernetes puts in what stands before",
        given: `$(${named})`,
        fix: `Move it to \`secretEnv\`, with the whole value; for the text itself write $$(${named}).`,
      })),
  );
}

/**
 * The secret variables that are named in a command: Kubernetes would write their value there, where everyone on the node reads it, and in a probe's
 * nothing at all. A plain variable that a command names brings in none, since none is put into it. What a shell makes of its own `$NAME` is not seen.
 */
export function secretArgumentProblems(path: string, { secretEnv }: Variables, commands: Readonly<Record<string, readonly string[] | undefined>>): Problem[] {
  return Object.entries(commands).flatMap(([list, words = []]) => {
    const named = new Set(words.flatMap(namedIn));
    return Object.keys(secretEnv)
      .filter((name) => named.has(name))
      .map((name) => ({
        path: `${path}${list}`,
        message: "has the value of a secret variable put into the process' arguments",
        given: `$(${name})`,
        fix: `Have the program read the variable itself, or a shell write it to the program's standard input or to a file; for the text itself write $$(${name}).`,
      }));
  });
}
