/** What the worker's workflow bundle holds. */
export { run } from './run';
export { observe } from './observe';
export { reconcile } from './reconcile';
export { deliver } from './deliver';
export { stopRuns } from './stop-runs';
