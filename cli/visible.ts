// Controls, and what turns the direction of a text round or takes no room: one who wrote them could have a reader see another text.
// https://trojansource.codes
const unseen = /(?!\t)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text of one line in which every character can be seen. */
export function visible(text: string): string {
  return text.replace(unseen, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}
