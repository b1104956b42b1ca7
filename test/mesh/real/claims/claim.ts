import type { Pair } from "../report/rows";
import { World } from "./world";

/** What a question gives: plain facts by name, as `{ status: 200, version: "v1" }`. */
export type Answer = Readonly<Record<string, string | number | boolean>>;

/** What an answer must be like: a value, a number between two bounds, or `undefined` for what must not be there. Facts that it doesn't name may be anything. */
export type Expected = Readonly<Record<string, string | number | boolean | Bounds | undefined>>;

/** Both belong to it. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** What is asked of the running mesh. */
export interface Question {
  /** Who sends what to whom, for a reader of the report. */
  readonly text: string;
  readonly ask: (world: World) => Promise<Answer>;
}

/** A change of one object in the cluster: it is gone, or a part of it is other than the program says. */
export interface Change {
  /** As `AuthorizationPolicy orders/orders-access`. */
  readonly object: string;
  /** The keys and indexes that lead to the part. Default: the object is removed. */
  readonly at?: readonly (string | number)[];
  /** What stands there then. Default: nothing, the part is taken away. */
  readonly value?: unknown;
}

/** Something that the platform says of itself, as a question with the answer that it must have. */
export interface Claim {
  /** Unique, as `strict-plain-refused`. */
  readonly id: string;
  /** What is claimed, as the docs say it. */
  readonly claims: string;
  readonly question: Question;
  readonly expected: Expected;
  /** The objects that it rests on, as `PeerAuthentication istio-system/default`. */
  readonly restsOn: readonly string[];
  /** True where it is asked once: each question is many requests, or takes seconds. Default: twice, and both answers must be right. */
  readonly once?: true;
  /** Why a right answer may come late, as "Prometheus reads every two seconds": then it is asked until it is right. Default: it must be right at once. */
  readonly late?: string;
  /** What is other than the program says while it is asked; put back after. Default: nothing. */
  readonly given?: Given;
  /** For a claim of who may reach whom: both. The report shows such claims as one matrix. */
  readonly pair?: Pair;
  /** Why no change is tried that it doesn't survive. Default: there is one. */
  readonly unbroken?: string;
}

/** What is other than the program says while a claim is asked. */
export interface Given {
  readonly changes?: readonly Change[];
  /** Keys of the mesh's own configuration, besides the chart's values or in their place. */
  readonly mesh?: Readonly<Record<string, unknown>>;
  /** Pods whose process is stopped while it is asked. */
  readonly stopped?: readonly string[];
}

/** A change that claims don't survive: with it, the answer is another one. */
export interface Mutation {
  /** The claims' ids. */
  readonly claims: readonly string[];
  /** What is changed, in words. */
  readonly what: string;
  readonly changes: readonly Change[];
  /** Keys of the mesh's own configuration that are other. Default: none. */
  readonly mesh?: Given["mesh"];
  /** What is answered then to each of them; it may say less than the claims do. */
  readonly expected: Expected;
}

/** Claims of one subject. */
export interface Chapter {
  readonly title: string;
  readonly claims: readonly Claim[];
  readonly mutations: readonly Mutation[];
}

/** True where an answer is as expected. */
export function fits(expected: Expected, answer: Answer): boolean {
  return Object.entries(expected).every(([name, wanted]) => {
    const given = answer[name];
    return typeof wanted === "object" ? typeof given === "number" && given >= wanted.least && given <= wanted.most : given === wanted;
  });
}

/** What is expected, for a reader: `status 200, version v1`. */
export function expectedText(expected: Expected): string {
  return Object.entries(expected)
    .map(([name, value]) => `${name} ${typeof value === "object" ? `${value.least} to ${value.most}` : (value ?? "none")}`)
    .join(", ");
}

/** What was answered to that, for a reader: the same facts. */
export function answerText(expected: Expected, answer: Answer): string {
  return Object.keys(expected)
    .map((name) => `${name} ${answer[name] ?? "none"}`)
    .join(", ");
}
