/** The last run of each listed task, moved on by what the stream tells: rows change where they are. */
import type { Schemas } from '../api/client';
import type { StatusEvent } from '../live/events';

export type ListedTask = Schemas['ListedDefinition'];
export type TaskPage = { total: number; definitions: ListedTask[] };

/** The same page where the event is of no task on it, or of an older run. */
export function withEvent(page: TaskPage, event: StatusEvent): TaskPage {
  const at = page.definitions.findIndex(({ definition_id: id }) => id === event.definition_id);
  const task = page.definitions[at];
  if (task === undefined) return page;
  const { last_run: last } = task;
  if (last !== undefined && last.run_id !== event.run_id && last.queued_at >= event.queued_at) return page;
  // News may come late, and answers be newer.
  if (last?.run_id === event.run_id && last.version >= event.version) return page;
  const { run_id, version, status, queued_at, started_at, finished_at, exit_code, outcome } = event;
  const run = { run_id, version, status, queued_at, started_at, finished_at, exit_code, outcome };
  const known = Object.fromEntries(Object.entries(run).filter(([, value]) => value !== undefined));
  return {
    ...page,
    definitions: page.definitions.with(at, { ...task, last_run: known as NonNullable<ListedTask['last_run']> }),
  };
}

/** The latest of each task, in the order in which they came: an answer that was on its way meanwhile may be older. */
export type News = Map<string, StatusEvent>;
/** More than a page has. */
const mostRemembered = 1000;

export function remember(news: News, event: StatusEvent): void {
  const { definition_id: id } = event;
  const known = news.get(id);
  const isOlder =
    known?.run_id === event.run_id ? known.version >= event.version : (known?.queued_at ?? '') > event.queued_at;
  if (isOlder) return;
  news.delete(id);
  news.set(id, event);
  const [first] = news.keys();
  if (news.size > mostRemembered && first !== undefined) news.delete(first);
}

export function withNews(page: TaskPage, news: News): TaskPage {
  return [...news.values()].reduce(withEvent, page);
}
