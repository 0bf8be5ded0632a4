/** Where this AWS is, and its ARNs. */

export const region = 'us-east-1';
/** The account of moto, which the other services belong to. */
export const account = '123456789012';

export function arn(rest: string): string {
  return `arn:aws:ecs:${region}:${account}:${rest}`;
}
