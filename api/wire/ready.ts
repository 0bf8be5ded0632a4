/** What is told of whether the API can serve; `api/ready.ts` makes it. */
import { shape, text, time } from './answer';

export const readyAnswer = shape({
  status: {
    enum: ['ready', 'degraded', 'unready'],
    description: 'degraded: runs are taken, and those of a cluster that cannot be seen wait; unready: with 503',
  },
  checks: {
    type: 'array',
    items: shape(
      {
        name: { type: 'string', description: 'postgres, temporal, or a cluster', examples: ['local/default'] },
        ok: { type: 'boolean', description: 'Of a cluster: no worker says that it cannot be seen' },
        checked_at: time,
      },
      { error: text, since: { ...time, description: 'When a worker began not to see the cluster' } },
    ),
  },
});
