/** Where a field of the form is on the page: links of the summary lead there. */

/** `field`: as the API names it. */
export function idOf(field: string): string {
  return `field-${field.replaceAll('.', '-')}`;
}

/** Of the summary itself. */
export const summaryId = 'form-errors';

/** Goes to a field, or to what is in its place; where there is none, to the summary. */
export function focusField(field: string | null): void {
  const own = field === null ? null : document.getElementById(idOf(field));
  const found = own ?? document.getElementById(summaryId);
  if (found === null) return;
  found.focus({ preventScroll: true });
  found.scrollIntoView({ block: 'center' });
}
