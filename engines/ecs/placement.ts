/** ECS's reasons for not placing a task: in `failures` of RunTask, and in the stopped reason of one that it gave up on. Pure. */

/** `capacity`: waiting may help; `never`: it will not. */
export type PlacementVerdict = 'capacity' | 'never' | 'unknown';

export function judgePlacement(reason: string): PlacementVerdict {
  if (/^(?:RESOURCE\b|AGENT\b|EMPTY CAPACITY PROVIDER|NO ACTIVE INSTANCES)/i.test(reason)) return 'capacity';
  if (/capacity is unavailable|no container instances|you.ve reached the limit/i.test(reason)) return 'capacity';
  if (/^(?:ATTRIBUTE|LOCATION|INACTIVE|MISSING|MEMBEROF)\b|placement constraint/i.test(reason)) return 'never';
  return /configuration is above your limit/i.test(reason) ? 'never' : 'unknown';
}
