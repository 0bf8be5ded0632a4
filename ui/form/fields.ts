/** What the forms of definitions and of launches share: values as texts and back, and how fields are called and ordered. */
import type { Fault } from './rules';

export function textOf(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

/** What is no number goes as it is: the rules say that it is none. */
export function numberOf(text: string): number | string {
  return /^-?\d+$/.test(text.trim()) ? Number(text) : text;
}

export function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

/** Fields that are lists, and what one of a list is called before its number. */
const lists: Readonly<Record<string, string>> = { env: 'variable ', ports: '', tags: '' };

/** `labels`: in the order of the page. `topOf`: where a field of the API is in the form. */
export function fieldsOf(
  labels: Readonly<Record<string, string>>,
  topOf: (field: string) => string = (field) => field.split('.')[0] ?? '',
) {
  const names = Object.keys(labels);
  const place = ({ field }: Fault): number => names.indexOf(topOf(field));
  return {
    /** First things first; a field that is wrong twice is told once. */
    inOrder: (faults: readonly Fault[]): Fault[] => {
      const firsts = faults.filter(({ field }, n) => faults.findIndex((one) => one.field === field) === n);
      return firsts.sort((one, other) => place(one) - place(other));
    },
    isShown: (field: string): boolean => Object.hasOwn(labels, topOf(field)),
    /** Such as `Environment, variable 2, value`. */
    labelOf: (field: string): string => {
      const top = topOf(field);
      const label = labels[top] ?? field;
      const [, n, part] = field.split('.');
      const item = Object.hasOwn(lists, top) ? lists[top] : undefined;
      if (n === undefined || item === undefined) return label;
      return `${label}, ${item}${Number(n) + 1}${part === undefined ? '' : `, ${part}`}`;
    },
  };
}
