/** Trouble on demand: faults, and AWS's own limits of the rate of calls to ECS. */

/** The first fault that a call matches happens to it. */
export type Fault = {
  /**
   * `throttle` and `error`: refused without an effect, as ThrottlingException or with status 500. `lost`: done, but the
   * connection breaks instead of an answer. `delay`: done after `delayMs`.
   */
  kind: 'throttle' | 'error' | 'lost' | 'delay';
  /** Such as `ecs` or `sqs`. */
  service?: string;
  operation?: string;
  chance?: number;
  /** How often it happens at most. */
  times?: number;
  delayMs?: number;
};

/** Burst, and calls a second, per account and region (ECS API reference, "Request throttling"). */
const rateLimits = [
  { operations: /^(Run|Stop|Start)Task$|^UpdateContainerInstancesState$/, burst: 100, perSecond: 40 },
  { operations: /^(Describe|List)(Tasks|ContainerInstances)$/, burst: 100, perSecond: 20 },
  { operations: /^(Register|Deregister)TaskDefinition$/, burst: 20, perSecond: 1 },
  { operations: /^(DescribeTaskDefinition|ListTaskDefinitions|ListTaskDefinitionFamilies)$/, burst: 50, perSecond: 20 },
  { operations: /^(Describe|List)Clusters$/, burst: 50, perSecond: 20 },
];

export type Trouble = {
  setFaults: (faults: Fault[]) => void;
  setLimits: (areOn: boolean) => void;
  /** What happens to this call. */
  next: (service: string, operation: string) => Fault | null;
};

export function createTrouble(random: () => number): Trouble {
  let faults: Fault[] = [];
  let areLimited = false;
  const buckets = rateLimits.map((limit) => ({ ...limit, tokens: limit.burst, at: Date.now() }));

  function isOverLimit(operation: string): boolean {
    const bucket = buckets.find(({ operations }) => operations.test(operation));
    if (!areLimited || bucket === undefined) return false;
    const elapsedSeconds = (Date.now() - bucket.at) / 1000;
    bucket.tokens = Math.min(bucket.burst, bucket.tokens + elapsedSeconds * bucket.perSecond);
    bucket.at = Date.now();
    if (bucket.tokens < 1) return true;
    bucket.tokens -= 1;
    return false;
  }

  return {
    setFaults(given) {
      faults = given.map((fault) => ({ ...fault }));
    },
    setLimits(areOn) {
      areLimited = areOn;
    },
    next(service, operation) {
      if (service === 'ecs' && isOverLimit(operation)) return { kind: 'throttle' };
      const found = faults.find(
        (fault) =>
          (fault.service === undefined || fault.service === service) &&
          (fault.operation === undefined || fault.operation === operation) &&
          fault.times !== 0 &&
          random() < (fault.chance ?? 1),
      );
      if (found?.times !== undefined) found.times -= 1;
      return found ?? null;
    },
  };
}

/** A refusal in the words of the service's protocol. */
export function refusalOf(
  kind: 'throttle' | 'error',
  service: string,
  isJson: boolean,
): { status: number; body: string } {
  const isThrottle = kind === 'throttle';
  const message = isThrottle ? 'Rate exceeded' : 'Service Unavailable. Please try again later.';
  if (isJson) {
    const type = isThrottle ? 'ThrottlingException' : 'ServerException';
    return { status: isThrottle ? 400 : 500, body: JSON.stringify({ __type: type, message }) };
  }
  const throttleCodes: Partial<Record<string, string>> = { s3: 'SlowDown', ec2: 'RequestLimitExceeded' };
  const code = isThrottle ? (throttleCodes[service] ?? 'Throttling') : 'InternalError';
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  const wrapped: Partial<Record<string, string>> = {
    s3: error,
    ec2: `<Response><Errors>${error}</Errors></Response>`,
  };
  const body = wrapped[service] ?? `<ErrorResponse>${error}</ErrorResponse>`;
  return { status: isThrottle ? 503 : 500, body };
}
