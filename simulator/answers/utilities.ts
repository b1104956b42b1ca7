import type * as random from "@pulumi/random";
import type * as time from "@pulumiverse/time";
import { createHash } from "node:crypto";
import { Resource } from "../resource";
import { Answer, digits, other, textOf, uuid } from "./answer";

// "Random" values are made from the resource's URN: they are the same in every run, so that two runs can be compared.
const number = (resource: Resource, path: string): number => resource.number(path) ?? 0;

/** Text as the random provider makes it: of the kinds of characters that the program left switched on. */
function randomText(resource: Resource): string {
  const kinds = [
    ["lower", "abcdefghijklmnopqrstuvwxyz"],
    ["upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
    ["numeric", "0123456789"],
    ["special", resource.text("overrideSpecial") ?? "!@#$%&*()-_=+[]{}<>:?"],
  ] as const;
  const characters = kinds.filter(([kind]) => resource.isNot(kind, false)).map(([, all]) => all).join("");
  let text = "";
  for (let index = 0; text.length < number(resource, "length"); index += 1) {
    const byte = createHash("sha256").update(`${resource.urn}\n${index}`).digest().readUInt32BE(0);
    text += characters[byte % characters.length] ?? "";
  }
  return text;
}

const moment = "2026-01-01T00:00:00Z";
const timestamp = { year: 2026, month: 1, day: 1, hour: 0, minute: 0, second: 0, unix: Date.parse(moment) / 1000 };

/** Random values and time, and code of the program that Pulumi runs as a provider. */
export const utilities: Readonly<Record<string, Answer>> = {
  "random:index/randomString:RandomString": other<random.RandomString>(randomText, (resource) => ({ result: randomText(resource) })),
  "random:index/randomPassword:RandomPassword": other<random.RandomPassword>(
    () => "none",
    (resource) => ({ result: randomText(resource), bcryptHash: `$2a$10$${digits(53, resource.urn)}` }),
  ),
  "random:index/randomUuid:RandomUuid": other<random.RandomUuid>(
    (resource) => uuid(resource.urn),
    (resource) => ({ result: uuid(resource.urn) }),
  ),
  "random:index/randomId:RandomId": other<random.RandomId>(
    (resource) => idBytes(resource).toString("base64url"),
    (resource) => {
      const bytes = idBytes(resource);
      const prefix = resource.text("prefix") ?? "";
      return {
        hex: prefix + bytes.toString("hex"),
        dec: prefix + BigInt(`0x${bytes.toString("hex") || "0"}`).toString(),
        b64Url: prefix + bytes.toString("base64url"),
        b64Std: prefix + bytes.toString("base64"),
      };
    },
  ),
  "random:index/randomBytes:RandomBytes": other<random.RandomBytes>(
    () => "none",
    (resource) => {
      const bytes = bytesOf(resource, number(resource, "length"));
      return { base64: bytes.toString("base64"), hex: bytes.toString("hex") };
    },
  ),
  "random:index/randomInteger:RandomInteger": other<random.RandomInteger>(
    (resource) => String(randomInteger(resource)),
    (resource) => ({ result: randomInteger(resource) }),
  ),

  "time:index/sleep:Sleep": other<time.Sleep>(() => moment),
  "time:index/static:Static": other<time.Static>(() => moment, () => ({ rfc3339: moment, ...timestamp })),
  "time:index/rotating:Rotating": other<time.Rotating>(() => moment, () => ({ rfc3339: moment, ...timestamp })),

  // Dynamic resources whose provider answers with more than their inputs.
  "pulumi-nodejs:dynamic/deliveryPlatform:PrivateLinkApproval": (resource) => ({
    id: textOf(resource, "originName"),
    outputs: { connectionName: `${textOf(resource, "privateLinkServiceId").split("/").at(-1)}.${uuid(resource.urn)}` },
  }),
};

/** The bytes behind a random id. */
function idBytes(resource: Resource): Buffer {
  return bytesOf(resource, number(resource, "byteLength"));
}

function bytesOf(resource: Resource, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) => createHash("sha256").update(`${resource.urn}\n${index}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

function randomInteger(resource: Resource): number {
  const min = number(resource, "min");
  return min + (Number.parseInt(digits(8, resource.urn), 16) % (number(resource, "max") - min + 1));
}
