// A key pair, made in the browser: its private half goes to the notifier and is kept nowhere else.

const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2048, // what every receiver checks (RFC 8301)
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: "SHA-256",
};

/** Browsers make keys on pages that nobody could have changed on their way: over HTTPS. */
export const makesKeys = globalThis.isSecureContext;

/** A private key as PEM. */
export async function newKey(): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey(RSA, true, ["sign", "verify"]);
  const bytes = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
  const lines = btoa(String.fromCharCode(...bytes)).match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n");
}
