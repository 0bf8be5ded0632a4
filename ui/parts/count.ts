/** Numbers as texts. */
import { locale } from './locale';

const number = new Intl.NumberFormat(locale);

/** `1,240` */
export function countText(count: number): string {
  return number.format(count);
}

/** `1 run`, `1,240 runs` */
export function runsText(count: number): string {
  return `${countText(count)} ${count === 1 ? 'run' : 'runs'}`;
}
