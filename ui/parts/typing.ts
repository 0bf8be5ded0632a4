/** Whether keys, and the focus, belong to something that the reader is at: a field, or a dialog or menu with keys of its own. */

const holders = 'input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"]';

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest(holders) !== null;
}
