import * as crypto from "node:crypto";

/** A key that an issuer signs with. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: crypto.KeyObject;
}

/** A new key. */
export function newKey(id: string): SigningKey {
  return { id, privateKey: crypto.generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey };
}

/** A token, signed by a key, in the form that Entra ID's have. */
export function token(claims: Readonly<Record<string, unknown>>, { id, privateKey }: SigningKey): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ typ: "JWT", alg: "RS256", kid: id })}.${part(claims)}`;
  return `${signed}.${crypto.sign("RSA-SHA256", Buffer.from(signed), privateKey).toString("base64url")}`;
}

/** What the issuer publishes of its key: a set of one. */
export function publishedKeys({ id, privateKey }: SigningKey): object {
  return { keys: [{ ...crypto.createPublicKey(privateKey).export({ format: "jwk" }), kid: id, alg: "RS256", use: "sig" }] };
}

/** From a minute ago for an hour; `expired` for one that is long past. */
export function lifetime(expired = false): { readonly iat: number; readonly nbf: number; readonly exp: number } {
  const begun = Math.floor(Date.now() / 1000) - (expired ? 86_400 : 60);
  return { iat: begun, nbf: begun, exp: begun + 3600 };
}
