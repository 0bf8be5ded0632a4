/** What becomes of a page of runs: an answer to what the reader asked for replaces its rows, all else is news of them. Pure. */
import type { StatusEvent } from '../live/events';
import { absorb, decide, emptyFeed, hear, load, tell, type Feed, type Wanted } from './feed';
import type { RunPage } from './list';

export type State = {
  feed: Feed;
  total: number;
  /** Of the question that the rows answer. */
  key: string;
  /** Whether what comes next for it is news, and no load. */
  isSettled: boolean;
  answeredAt: number;
};

export type Action =
  | { do: 'answer'; key: string; wanted: Wanted; page: RunPage; answeredAt: number; isLast: boolean }
  | { do: 'reload' }
  | { do: 'hear'; events: readonly StatusEvent[] }
  | { do: 'tell'; page: RunPage }
  | { do: 'decide'; asked: readonly string[]; page: RunPage }
  | { do: 'total'; key: string; total: number };

/** `now`: the server's time. */
export function reduce(state: State, action: Action, now: number): State {
  switch (action.do) {
    case 'answer': {
      const { key, wanted, page, answeredAt, isLast } = action;
      const isNews = key === state.key && state.isSettled;
      if (isNews && answeredAt === state.answeredAt) return state;
      const feed = isNews ? absorb(state.feed, page.history, now) : load(state.feed, wanted, page.history, now);
      return { feed, total: page.total, key, isSettled: isNews || isLast, answeredAt };
    }
    case 'reload':
      return { ...state, isSettled: false };
    case 'hear':
      return { ...state, feed: hear(state.feed, action.events, now) };
    case 'tell':
      return { ...state, feed: tell(state.feed, action.page.history, now) };
    case 'decide': {
      const found = action.page.history.map((run) => run.run_id);
      return { ...state, feed: decide(state.feed, action.asked, found) };
    }
    case 'total':
      return action.key === state.key ? { ...state, total: action.total } : state;
  }
}

export function startOf(wanted: Wanted): State {
  return { feed: emptyFeed(wanted), total: 0, key: '', isSettled: false, answeredAt: 0 };
}
