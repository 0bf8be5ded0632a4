/** What ECS's refusals of RunTask come to (spec/engine-behaviour.md §10.2). */
import { awsError, judge, judgeFailures, type Refusal } from '../../engines/ecs/refusal';
import type { Submission } from '../../engines/engine';

const aws = (name: string, message: string, status = 400, more: object = {}): unknown =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } }, more);

const noCapacity = (why: string): Refusal => ({ kind: 'no-capacity', why });
const forever = (why: string): Refusal => ({ kind: 'never', why });
const platform: Refusal = { kind: 'platform' };

const refusals: Record<string, [thrown: unknown, refusal: Refusal]> = {
  'no instances yet, as where a cluster scales from zero (4)': [
    aws('InvalidParameterException', 'No Container Instances were found in your cluster.'),
    noCapacity('no container instances'),
  ],
  'too many tasks that wait for instances already': [
    aws('ClientException', 'The maximum number of tasks in the PROVISIONING state per cluster has been reached.'),
    noCapacity('The maximum number of tasks in the PROVISIONING state per cluster has been reached.'),
  ],
  "Fargate's quota": [
    aws('ClientException', 'You’ve reached the limit on the number of vCPUs you can run concurrently'),
    noCapacity('You’ve reached the limit on the number of vCPUs you can run concurrently'),
  ],
  'throttling (5)': [aws('ThrottlingException', 'Rate exceeded'), platform],
  'an error of the server (5)': [aws('ServerException', 'Service Unavailable', 500), platform],
  "a proxy's word (5)": [aws('InvalidParameterException', 'x', 502), platform],
  'no answer (5)': [Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), platform],
  'text alone': ['x', platform],
  'no rights (6)': [
    aws('AccessDeniedException', 'User: arn:aws:iam::1:user/x is not authorized to perform: ecs:RunTask'),
    {
      kind: 'not-authorised',
      why: 'Not authorised to run tasks: User: arn:aws:iam::1:user/x is not authorized to perform: ecs:RunTask',
    },
  ],
  'credentials that are over (6)': [
    aws('ExpiredTokenException', 'The security token included in the request is expired'),
    {
      kind: 'not-authorised',
      why: 'Not authorised to run tasks: The security token included in the request is expired',
    },
  ],
  'no credentials at all (6)': [
    Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' }),
    { kind: 'not-authorised', why: 'Not authorised to run tasks: Could not load credentials from any providers' },
  ],
  'a cluster that is gone (7)': [
    aws('ClusterNotFoundException', 'Cluster not found.'),
    forever('Cluster main not found'),
  ],
  "overrides that are too long, in AWS's own words (8)": [
    aws('InvalidParameterException', 'Container Overrides length must be at most 8192'),
    forever('Container Overrides length must be at most 8192'),
  ],
  'a role that ECS may not assume (8)': [
    aws('ClientException', "ECS was unable to assume the role 'r' that was provided for this task."),
    forever("ECS was unable to assume the role 'r' that was provided for this task."),
  ],
  'a definition that was deregistered (9)': [
    aws('ClientException', 'TaskDefinition is inactive'),
    { kind: 'definition-gone' },
  ],
  'a definition that was deleted (9)': [
    aws('ClientException', 'TaskDefinition not found.'),
    { kind: 'definition-gone' },
  ],
  'a token that was used otherwise (12)': [
    aws('ConflictException', 'in use', 400, { resourceIds: ['arn:1', 2] }),
    { kind: 'conflict', taskArns: ['arn:1'] },
  ],
  'an answer that AWS does not document': [aws('TeapotException', 'x', 418), platform],
};
test.each(Object.entries(refusals))('RunTask answers with %s', (_, [thrown, refusal]) => {
  expect(judge(awsError(thrown), 'main')).toEqual(refusal);
});

const full = (why: string): Submission => ({ kind: 'no-capacity', why });
const misfit = (why: string): Submission => ({
  kind: 'ended',
  end: { outcome: { kind: 'not-started', why, mend: 'never' }, startedAt: null, finishedAt: null },
});
const failures: Record<string, [reasons: (string | undefined)[], submission: Submission]> = {
  'no memory anywhere (1)': [['RESOURCE:MEMORY', 'RESOURCE:MEMORY'], full('RESOURCE:MEMORY')],
  'no memory here, no CPU there (1)': [['RESOURCE:MEMORY', 'RESOURCE:CPU'], full('RESOURCE:CPU, RESOURCE:MEMORY')],
  'no agent (2)': [['AGENT'], full('ECS agent unavailable on cluster main')],
  'no agent here, no memory there (2)': [['AGENT', 'RESOURCE:MEMORY'], full('AGENT, RESOURCE:MEMORY')],
  'no instance that fits (3)': [['ATTRIBUTE', 'ATTRIBUTE'], misfit('Cannot place task: ATTRIBUTE')],
  'the wrong zone (3)': [['LOCATION'], misfit('Cannot place task: LOCATION')],
  'instances that drain (3)': [['INACTIVE'], misfit('Cannot place task: INACTIVE')],
  'something missing (3)': [['MISSING'], misfit('Cannot place task: MISSING')],
  'some that do not fit and one that is full': [['ATTRIBUTE', 'RESOURCE:GPU'], full('RESOURCE:GPU')],
  'more than Fargate ever gives': [
    ['The requested CPU configuration is above your limit'],
    misfit('Cannot place task: The requested CPU configuration is above your limit'),
  ],
  'no room on Fargate': [
    ['Capacity is unavailable at this time. Please try again later or in a different availability zone'],
    full('Capacity is unavailable at this time. Please try again later or in a different availability zone'),
  ],
  'an internal error': [['Internal error'], full('Internal error')],
  'only the number of failures, an hour later': [[undefined], full('no reason given')],
  'neither tasks nor failures': [[], full('no reason given')],
};
test.each(Object.entries(failures))('a task that finds %s', (_, [reasons, submission]) => {
  const shown = reasons.map((reason) => (reason === undefined ? {} : { arn: 'arn:x', reason }));
  expect(judgeFailures(shown, 'main')).toEqual(submission);
});
