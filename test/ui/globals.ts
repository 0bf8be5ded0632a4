/** What a page finds in its browser, put where Node has none of it. */
export function setGlobals(all: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(all)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
