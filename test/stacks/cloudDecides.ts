/**
 * Every input that a first preview can't know, since it comes from an answer of the cloud's: the type and the path in its inputs, with `*`
 * for a place in a list. Anything else must be the same in a preview as in an update.
 */
export const cloudDecides: readonly string[] = [];
