/** What a run is called. */
import type { Schemas } from '../api/client';

/** Runs of templates have the id of its version for an alias. */
export function nameOf({ template_name: template, alias }: Pick<Schemas['Run'], 'template_name' | 'alias'>): string {
  return template ?? alias;
}

/** Enough to tell runs apart, and what their ids begin with: `local-1a-2b3c`. */
export function shortId(runId: string): string {
  return runId.split('-').slice(0, 3).join('-');
}
