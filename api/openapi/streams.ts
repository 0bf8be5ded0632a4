/** Operations that answer with server-sent events: what happens, as it happens. */
import { text } from '../wire/answer';
import { logParameters } from './logs';
import { headerText, route, type Operation, type Route } from './operation';

const headers: Operation['headers'] = {
  'Last-Event-ID': {
    description: 'The `id` of the last event that the client has: it goes on behind that one',
    schema: headerText,
  },
};

const stream = (events: string): Operation['answer'] => ({
  'text/event-stream': {
    ...text,
    description: `Their data are JSON: ${events}; comments show that the line is alive`,
    examples: ['event: end\ndata: {}\n\n'],
  },
});

export const streamOperations: readonly Route[] = [
  route('GET', '/stream', ['v6'], {
    id: 'streamRuns',
    tag: 'runs',
    summary: 'What happens to all runs, from now on',
    description: '503 where no stream is free.',
    headers,
    answer: stream(
      '`status`, `note` and `attempt` of a run; `ready` at the beginning; `reset`, instead, where what came after a place ' +
        'is not kept; `trouble`',
    ),
  }),
  route('GET', '/history/{run_id}/stream', ['v6'], {
    id: 'streamRun',
    tag: 'runs',
    summary: 'What happens to a run, from its beginning to its end',
    description: '503 where no stream is free.',
    headers,
    refusals: [404],
    answer: stream(
      '`status`, `note` and `attempt`; `run`, at the beginning, where not all of that is kept; `trouble`; `end`',
    ),
    hasEnd: true,
  }),
  route('GET', '/{run_id}/logs/stream', ['v6', 'v1'], {
    id: 'streamLogs',
    tag: 'runs',
    summary: 'The output of a run, as it is written',
    description: '503 where no stream is free.',
    query: logParameters,
    headers,
    refusals: [404],
    answer: stream('`log`, as a page of the output, one without lines where `trouble` is over; `trouble`; `end`'),
    hasEnd: true,
  }),
];
