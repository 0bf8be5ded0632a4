/** What an installation tells of itself; `api/info.ts` makes it. */
import { count, shape, text, time } from './answer';

export const infoAnswer = shape(
  {
    version: text,
    mode: text,
    engines: {
      type: 'array',
      items: shape(
        { name: text, clusters: { type: 'array', items: text }, is_default: { type: 'boolean' } },
        {
          warning: {
            type: 'string',
            description: 'What its owner should know of every run there, or which of its clusters cannot be seen',
          },
          minimum: {
            ...shape({ cpu: count, memory: count }),
            description:
              "What less is raised to: cpu in the engine's unit, memory in MB; left out where nothing is raised",
          },
        },
      ),
    },
    time_zone: { type: 'string', description: 'Where the server stands; all times in answers are UTC' },
    now: time,
    limits: shape({
      body_bytes: count,
      list_rows: count,
      list_rows_default: count,
      filter_values: count,
      log_page_bytes: count,
      stop_runs: count,
      streams: { ...count, description: 'Open at once, of one API process' },
      deadline_seconds_default: count,
      stop_grace_seconds: { ...count, description: 'Between TERM and KILL' },
    }),
  },
  {
    temporal_ui_url: { type: 'string', description: 'The page of all workflows' },
    ui_build: {
      type: 'string',
      description:
        'Which build of the web UI is served: pages of another one, as their meta flotilla-build says, are to be loaded again',
    },
  },
);
