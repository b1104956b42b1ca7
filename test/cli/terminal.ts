import { main } from "../../cli/main";

/** What one call of the command left behind. */
export interface Called {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Calls the command in this process, with its output kept instead of shown; with standard error as a terminal, if asked. */
export async function call(argv: readonly string[], { terminal = false } = {}): Promise<Called> {
  const written = { out: "", err: "" };
  const stream = (name: "out" | "err", isTTY: boolean) => ({ isTTY, write: (text: string | Uint8Array) => ((written[name] += String(text)), true) });
  const status = await main(argv, { out: stream("out", false), err: stream("err", terminal) });
  return { status, ...written };
}
