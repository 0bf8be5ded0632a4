/** Where a field of the form is on the page: links of the summary lead there. */

/** `field`: as the API names it. */
export function idOf(field: string): string {
  return `field-${field.replaceAll('.', '-')}`;
}

/** Goes to a field, or to what is in its place; does nothing where there is none. */
export function focusField(field: string): void {
  const found = document.getElementById(idOf(field));
  if (found === null) return;
  found.focus({ preventScroll: true });
  found.scrollIntoView({ block: 'center' });
}
