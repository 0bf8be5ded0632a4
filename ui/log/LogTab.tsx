/** The log of a run, in its tab. */
import type { ReactElement } from 'react';
import type { Schemas } from '../api/client';

export function LogTab({ run }: { run: Schemas['RunDetail'] }): ReactElement {
  return <p>{run.run_id}</p>;
}
