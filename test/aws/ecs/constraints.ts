/** Placement constraints, as far as they look at attributes: terms of the cluster query language, joined by `and`. */
import { invalidParameter } from './errors';
import type { Ecs, Host, Task } from './state';
import type { PlacementConstraint } from './wire';

const term = /^(!?)\s*attribute:([\w.-]+)\s*(exists|!exists|==|!=|=~|!~|in|not_in|equals|not_equals)\s*(.*)$/;

type Term = { name: string; isWanted: boolean; matches: (value: string | undefined) => boolean };

/** What a request may ask for at all. */
export function checkConstraints(constraints: PlacementConstraint[]): void {
  for (const { type, expression } of constraints) if (type === 'memberOf') termsOf(expression ?? '');
}

export function meets(ecs: Ecs, task: Task, host: Host): boolean {
  return task.constraints.every(({ type, expression }) => {
    switch (type) {
      case 'memberOf':
        return termsOf(expression ?? '').every(({ name, isWanted, matches }) => {
          const attribute = host.attributes.find((one) => one.name === name);
          return matches(attribute && (attribute.value ?? '')) === isWanted;
        });
      case 'distinctInstance':
        return ![...ecs.tasks.values()].some(
          (other) => other.host === host && other.wire.group === task.wire.group && other.wire.lastStatus !== 'STOPPED',
        );
    }
  });
}

function termsOf(expression: string): Term[] {
  return expression.split(/\s+and\s+/).map((text) => {
    const [, negation, name, operator, operand = ''] = term.exec(text.trim()) ?? [];
    if (name === undefined || operator === undefined) {
      throw invalidParameter(`Invalid placement constraint expression: ${expression}`);
    }
    return { name, isWanted: negation === '', matches: matcher(operator, operand) };
  });
}

function matcher(operator: string, operand: string): Term['matches'] {
  const list = operand.replace(/^\[|\]$/g, '').split(',');
  const values = list.map((value) => value.trim());
  const isOneOf = (value: string | undefined): boolean => value !== undefined && values.includes(value);
  const isLike = (value: string | undefined): boolean =>
    value !== undefined && new RegExp(`^(?:${operand})$`).test(value);
  switch (operator) {
    case 'exists':
      return (value) => value !== undefined;
    case '!exists':
      return (value) => value === undefined;
    case '=~':
      return isLike;
    case '!~':
      return (value) => !isLike(value);
    case '!=':
    case 'not_equals':
    case 'not_in':
      return (value) => !isOneOf(value);
    default:
      return isOneOf;
  }
}
