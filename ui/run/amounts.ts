/** What is known of a run besides its way: resources in a table, amounts as texts. Pure. */
import type { Schemas } from '../api/client';
import { countText } from '../parts/count';

type Run = Schemas['RunDetail'];
/** What its definition or template asks for, where the run does not say otherwise; null while it is not known. */
export type Asked = Partial<Pick<Schemas['Definition'], 'cpu' | 'memory' | 'gpu' | 'ephemeral_storage'>> | null;

/** `–` where there is none, or nobody told. */
export type ResourceRow = { name: string; requested: string; limit: string; peak: string };

const none = '–';

export function resourceRows(run: Run, asked: Asked): ResourceRow[] {
  const cpu = run.cpu ?? asked?.cpu;
  const gpu = run.gpu ?? asked?.gpu;
  const storage = run.ephemeral_storage ?? asked?.ephemeral_storage;
  return [
    {
      name: 'Memory',
      requested: mb(run.memory ?? asked?.memory),
      limit: mb(run.memory_limit),
      peak: mb(run.max_memory_used),
    },
    {
      name: 'CPU',
      requested: cpu === undefined ? none : cores(cpu / (run.engine === 'eks' ? 1000 : 1024)),
      limit: none,
      peak: run.max_cpu_used === undefined ? none : cores(run.max_cpu_used / 1000),
    },
    ...(gpu === undefined || gpu === 0 ? [] : [{ name: 'GPU', requested: String(gpu), limit: none, peak: none }]),
    ...(storage === undefined || storage === 0
      ? []
      : [{ name: 'Ephemeral storage', requested: mb(storage), limit: none, peak: none }]),
  ];
}

function mb(amount: number | undefined): string {
  return amount === undefined ? none : `${countText(amount)} MB`;
}

/** Such as `0.25 cores`. */
export function cores(amount: number): string {
  const rounded = Number(amount.toFixed(amount < 0.1 ? 3 : 2));
  return rounded === 1 ? '1 core' : `${rounded} cores`;
}

/** The digest that an image is named by; null where it is named by a tag, which may move. */
export function digestOf(image: string): string | null {
  return /@(sha256:[0-9a-f]{6,})$/.exec(image)?.[1] ?? null;
}

/** How long it waited, and how long it ran: from, and until when; `to` is undefined while it lasts. Null: not begun. */
export function spansOf(run: Run): { queue: Span; run: Span | null } {
  const { queued_at: from, started_at: started, finished_at: finished } = run;
  return {
    queue: { from, to: started ?? finished },
    run: started === undefined ? null : { from: started, to: finished },
  };
}

export type Span = { from: string; to: string | undefined };
