/** What each list may be filtered and sorted by. */
import { definitionColumns } from '../../db/definition';
import { runColumns } from '../../db/run';
import { templateColumns } from '../../db/template';

export const definitionListRules = {
  columns: definitionColumns,
  sortable: ['alias', 'image', 'group_name', 'memory'],
  defaultSort: 'group_name',
} as const;

export const runListRules = {
  columns: runColumns,
  sortable: ['run_id', 'cluster_name', 'status', 'queued_at', 'started_at', 'finished_at', 'group_name'],
  defaultSort: 'group_name',
} as const;

export const templateListRules = {
  columns: templateColumns,
  sortable: ['template_name', 'version'],
  defaultSort: 'template_name',
} as const;
