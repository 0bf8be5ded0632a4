/** What revisions have changed, in the form's words. */
import { labels } from './definition-form';

/** As the form calls it, if it has it. */
export function nameOf(field: string): string {
  return Object.hasOwn(labels, field) ? labels[field as keyof typeof labels] : field;
}

/** Such as `command, memory`. */
export function changedText(fields: readonly string[]): string {
  return fields.map((field) => nameOf(field).toLowerCase()).join(', ') || 'nothing';
}
