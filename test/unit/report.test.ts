/** Which end a caller's words stand for. */
import { reportFromWire } from '../../api/wire/report';
import { reasonOf } from '../../domain/report';
import { refusal } from './refusal';

const reasons: Record<string, string> = {
  'Read timeout': 'Connection error to downstream uri',
  GatewayError: 'Connection error to downstream uri',
  'got a 503 from there': 'Connection error to downstream uri',
  "No module: ModuleNotFoundError('x')": 'Python pip package installation error',
  'Error: Nothing to do': 'Yum installation error',
  'fatal: Could not read from remote repository.': 'Git clone error',
  'KeyError: x': 'Data or argument error',
  'answer 404': 'Data or argument error',
  'something else': 'Code or syntax error',
  'port 5003': 'Code or syntax error',
};

test.each(Object.entries(reasons))('the exception "%s" is told as: %s', (exception, reason) => {
  expect(reasonOf(['first', exception])).toBe(reason);
});

test('no exception at all is told as the last resort, as ever', () => {
  expect(reasonOf([])).toBe('Code or syntax error');
});

describe('a report', () => {
  test('has its own reason where it gives one, whatever the case of its names', () => {
    const body = { Status: 'STOPPED', EXIT_CODE: 3, exit_reason: 'because', run_exceptions: ['timeout'] };
    expect(reportFromWire(body)).toEqual({
      status: 'STOPPED',
      exceptions: ['timeout'],
      as: { kind: 'reported', code: 3, reason: 'because' },
    });
  });

  test('of a good end blames nobody', () => {
    const { as } = reportFromWire({ status: 'STOPPED', exit_code: 0 });
    expect(as).toEqual({ kind: 'reported', code: 0, reason: 'Reported as ended with code 0' });
  });

  test('without a code has none', () => {
    expect(reportFromWire({ status: 'STOPPED' }).as.code).toBeNull();
  });

  const wrong: Record<string, [body: unknown, sentence: string]> = {
    'no status': [{}, 'status  is invalid, must be one of [QUEUED, PENDING, RUNNING, NEEDS_RETRY, STOPPED]'],
    'an unknown status': [
      { status: 'DONE' },
      'status DONE is invalid, must be one of [QUEUED, PENDING, RUNNING, NEEDS_RETRY, STOPPED]',
    ],
    'a status in lower case': [
      { status: 'stopped' },
      'status stopped is invalid, must be one of [QUEUED, PENDING, RUNNING, NEEDS_RETRY, STOPPED]',
    ],
    'a text for a code': [{ status: 'STOPPED', exit_code: '1' }, 'exit_code must be an integer'],
    'a text for exceptions': [{ status: 'STOPPED', run_exceptions: 'x' }, 'run_exceptions must be an array'],
    'no object': [[], 'The body must be a JSON object'],
  };
  test.each(Object.entries(wrong))('with %s is refused', (_name, [body, sentence]) => {
    expect(refusal(() => reportFromWire(body))).toBe(sentence);
  });
});
