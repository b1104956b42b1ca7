/** Tokens that a program may bring, and what a browser's session stands for. */
export type TokenKind = "person" | "unlisted person" | "service principal" | "unlisted service principal" | "wrong audience" | "other issuer" | "expired" | "no JWT";

/** What a token says. */
export interface Claims {
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
  readonly name?: string;
  readonly expired?: boolean;
}

/** What stands in a token here for the client id of the application that people sign in to. */
export const clientId = "client";

/** What a kind of token says; undefined for what is none. */
export function claimsOf(kind: string, tenant: string): Claims | undefined {
  const issuer = `https://login.microsoftonline.com/${tenant}/v2.0`;
  const principal = (last: number): Claims => ({ issuer, audience: clientId, subject: `99999999-9999-4999-8999-99999999999${last}` });
  const person = (name: string): Claims => ({ issuer, audience: clientId, subject: `pairwise-${name}`, name });
  const all: Readonly<Record<TokenKind, Claims | undefined>> = {
    person: person("ana@example.com"),
    "unlisted person": person("mallory@example.com"),
    "service principal": principal(1),
    "unlisted service principal": principal(2),
    "wrong audience": { ...principal(1), audience: "00000003-0000-0000-c000-000000000000" },
    "other issuer": { ...principal(1), issuer: "https://accounts.example.org" },
    expired: { ...principal(1), expired: true },
    "no JWT": undefined,
  };
  return all[kind as TokenKind];
}
