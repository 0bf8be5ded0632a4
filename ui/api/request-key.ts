/** Keys by which the API knows a request again, so that a double click or a lost answer makes one run (ui.md C5). */

/** `crypto.randomUUID` is missing where a page came by plain http from another machine. */
export function newRequestKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
