// Keys to sign with, and what of them is published. Private halves go to the notifier and are kept nowhere else.

const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
// Bits: what signers should use, and receivers check (RFC 8301).
const SHORTEST = 2048;
const LONGEST = 4096;
const MADE = {
  ...RSA,
  modulusLength: SHORTEST,
  publicExponent: new Uint8Array([1, 0, 1]),
};

export interface Key {
  /** The private half, as PEM. */
  pem: string;
  /** The TXT record of its public half; null where this browser can't read it out of the key. */
  record: string | null;
}

/** Too short an RSA key to sign with, or longer than receivers need to check (RFC 8301). */
export class WrongSize extends Error {}

/** Browsers make keys on pages that nobody could have changed on their way: over HTTPS. */
export const makesKeys = globalThis.isSecureContext;

export async function newKey(): Promise<Key> {
  const pair = await crypto.subtle.generateKey(MADE, true, ["sign", "verify"]);
  const lines = base64(await crypto.subtle.exportKey("pkcs8", pair.privateKey)).match(/.{1,64}/g) ?? [];
  return {
    pem: ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n"),
    record: rsaRecord(await crypto.subtle.exportKey("spki", pair.publicKey)),
  };
}

/** Raises `WrongSize`. */
export async function keyOf(pem: string): Promise<Key> {
  const body = /-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----/.exec(pem)?.[1];
  try {
    const pkcs8 = Uint8Array.from(atob(body ?? ""), (letter) => letter.charCodeAt(0));
    const rsa = await crypto.subtle.importKey("pkcs8", pkcs8, RSA, true, ["sign"]).catch(() => null);
    return { pem, record: await (rsa ? ofRsa(rsa) : ofEd25519(pkcs8)) };
  } catch (error) {
    if (error instanceof WrongSize) throw error;
    return { pem, record: null };
  }
}

async function ofRsa(whole: CryptoKey): Promise<string> {
  const bits = (whole.algorithm as RsaHashedKeyAlgorithm).modulusLength;
  if (bits < SHORTEST || bits > LONGEST) throw new WrongSize();
  const { kty, n, e } = await crypto.subtle.exportKey("jwk", whole);
  const half = { kty, n, e } as JsonWebKey;
  const shown = await crypto.subtle.importKey("jwk", half, RSA, true, ["verify"]);
  return rsaRecord(await crypto.subtle.exportKey("spki", shown));
}

/** Its public half stands bare in the record (RFC 8463). */
async function ofEd25519(pkcs8: BufferSource): Promise<string> {
  const whole = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { x = "" } = await crypto.subtle.exportKey("jwk", whole);
  return `v=DKIM1; k=ed25519; p=${x.replaceAll("-", "+").replaceAll("_", "/")}=`;
}

function rsaRecord(spki: ArrayBuffer): string {
  return `v=DKIM1; k=rsa; p=${base64(spki)}`;
}

function base64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
