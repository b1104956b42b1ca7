import { Created } from "../cloud";
import { Resource } from "../resource";
import { World } from "../world";
import { Answer, uuid } from "./answer";
import { cluster } from "./cluster";
import { encryption } from "./encryption";
import { entra } from "./entra";
import { foundation } from "./foundation";
import { frontDoor } from "./frontDoor";
import { answerKubernetes } from "./kubernetes";
import { utilities } from "./utilities";

const answers: Readonly<Record<string, Answer>> = { ...foundation, ...encryption, ...cluster, ...frontDoor, ...entra, ...utilities };

// Kubernetes takes any kind, and checks it by its schema; a provider or a dynamic resource has only what the program says.
const families: readonly (readonly [prefix: string, answer: (resource: Resource, world: World) => Created])[] = [
  ["kubernetes:", answerKubernetes],
  ["pulumi:providers:", ({ urn }) => ({ id: uuid(urn), outputs: {} })],
  ["pulumi-nodejs:dynamic", ({ urn }) => ({ id: uuid(urn), outputs: {} })],
];

/** The answer to a type; an error that says where to add one, when there is none. */
export function answerTo(type: string): Answer {
  const answer = answers[type] ?? families.find(([prefix]) => type.startsWith(prefix))?.[1];
  if (answer === undefined) throw new Error(`The embedded cloud does not know the type ${type}. In this project, add it to simulator/answers; preview a program of another project with "pulumi preview".`);
  return answer;
}
