/** Waits for clicks: what moves while a button of the mouse is held down is not what gets its click. */

let isHeld = false;
for (const [name, now] of [
  ['pointerdown', true],
  ['pointerup', false],
  ['pointercancel', false],
] as const) {
  window.addEventListener(name, () => (isHeld = now), true);
}

/** Acts when no button is held, and the click that one may have made is over. */
export function afterClick(act: () => void): void {
  // A finger has no button: all of its click happens at once.
  if (!isHeld) {
    window.setTimeout(act);
    return;
  }
  const stop = new AbortController();
  const end = (): void => {
    stop.abort();
    window.setTimeout(act);
  };
  for (const name of ['pointerup', 'pointercancel']) {
    window.addEventListener(name, end, { capture: true, signal: stop.signal });
  }
}
