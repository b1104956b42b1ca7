import * as k8s from "@pulumi/kubernetes";
import { Problem } from "../../shared/errors";
import { quantity } from "../../shared/quantity";

/** What a container asks for and may use at most. */
export interface Resources {
  readonly cpu: string;
  readonly memory: string;
  readonly memoryLimit: string;
}

const forms = { cpu: "processors, as 250m or 0.25", memory: "bytes, as 128Mi or 1Gi", memoryLimit: "bytes, as 128Mi or 1Gi" } as const;

/**
 * The resources with every default in its place. Where one of the two amounts of memory is given alone, the other doesn't contradict it: the limit is
 * as `memory`, and what is asked for never more than the limit.
 */
export function resourcesOf(given: Partial<Resources> | undefined, usual: Resources): Resources {
  const { cpu = usual.cpu, memory, memoryLimit: limit = memory ?? usual.memoryLimit } = given ?? {};
  const isLess = (quantity(limit) ?? Infinity) < (quantity(usual.memory) ?? 0);
  return { cpu, memory: memory ?? (isLess ? limit : usual.memory), memoryLimit: limit };
}

/** The resources as a container has them. It may use what CPU is free: a limit would slow it down while the node has nothing else to do. */
export function containerResources({ cpu, memory, memoryLimit }: Resources): k8s.types.input.core.v1.ResourceRequirements {
  return { requests: { cpu, memory }, limits: { memory: memoryLimit } };
}

/** What is wrong with the form of the quantities. */
export function quantityProblems(path: string, { cpu, memory, memoryLimit }: Resources): Problem[] {
  const wrong = (name: keyof typeof forms, given: string): Problem => ({ path: `${path}.${name}`, message: "is not a quantity", given: JSON.stringify(given), allowed: forms[name] });
  return [
    ...((quantity(cpu) ?? 0) > 0 ? [] : [wrong("cpu", cpu)]),
    // A thousandth of a byte is most often a thousandth of a megabyte meant: memory has no `m`.
    ...Object.entries({ memory, memoryLimit } as const).flatMap(([name, given]) => ((quantity(given) ?? 0) >= 1 && !given.endsWith("m") ? [] : [wrong(name as keyof typeof forms, given)])),
  ];
}

/** What is wrong with the amount of memory: the API server refuses a container that asks for more than it may use. */
export function memoryProblems(path: string, { memory, memoryLimit }: Resources): Problem[] {
  const [asked, most] = [quantity(memory), quantity(memoryLimit)];
  if (asked === undefined || most === undefined || asked <= most) return [];
  return [{ path: `${path}.memory`, message: "is more than `memoryLimit`", given: memory, allowed: `at most ${memoryLimit}`, fix: "Give a greater `memoryLimit`." }];
}
