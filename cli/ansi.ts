import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Gives a text a colour, or leaves it as it is. */
export type Paint = (format: Format, text: string) => string;

export const plain: Paint = (_, text) => text;

/** Colours on a terminal, unless the reader has asked for none. https://no-color.org */
export function paintFor(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv = process.env): Paint {
  const wanted = stream.isTTY === true && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
  return wanted ? (format, text) => styleText(format, text, { validateStream: false }) : plain;
}
