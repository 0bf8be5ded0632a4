/** What ECS answers instead of what was asked for. */

export class AwsError extends Error {
  readonly code: string;
  /** Further members of the answer. */
  readonly members: object;
  readonly status: number;

  constructor(code: string, message: string, members: object = {}, status = 400) {
    super(message);
    this.code = code;
    this.members = members;
    this.status = status;
  }
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

export function clientException(message: string): AwsError {
  return new AwsError('ClientException', message);
}
