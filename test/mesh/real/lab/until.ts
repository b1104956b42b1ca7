/** How long to wait, and how often to look. */
interface Patience {
  /** In milliseconds. Default: 30000. */
  readonly within?: number;
  /** In milliseconds. Default: 50. */
  readonly every?: number;
}

/**
 * Looks until what is looked for is there, and returns it. What a look throws counts as not there yet.
 *
 * @throws Error that names what was waited for, and what the last look said
 */
export async function until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>, { within = 30_000, every = 50 }: Patience = {}): Promise<T> {
  const deadline = Date.now() + within;
  for (;;) {
    let last = "";
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      last = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > deadline) throw new Error(`Waited ${within / 1000} s for ${what}, in vain${last}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
