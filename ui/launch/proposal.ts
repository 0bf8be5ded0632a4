/** What to change after a run that ended badly: memory after an out-of-memory kill, machines that stay after a lost one. */
import { grownFrom, growth } from '../../domain/adapt';

/** `memory_limit`: what it was given, which may be more than it asked for. */
export type Ended = { outcome?: string; memory_limit?: number; memory?: number; node_lifecycle: string };
export type Proposal = { field: 'memory' | 'node_lifecycle'; from: string; to: string; why: string };

/** `memoryMb`: what it would have without the proposal. */
export function proposalsFor(run: Ended, memoryMb: number): Proposal[] {
  if (run.outcome === 'OOM') {
    const killedAtMb = run.memory_limit ?? run.memory ?? memoryMb;
    const to = grownFrom(killedAtMb);
    if (to <= memoryMb) return [];
    const why = `The run was out of memory with ${killedAtMb} MB, so memory is set to ${to} MB here (×${growth}).`;
    return [{ field: 'memory', from: String(memoryMb), to: String(to), why }];
  }
  if (run.outcome === 'INFRA_LOST' && run.node_lifecycle === 'spot') {
    const why = 'The run lost its machine, so it is set to on-demand here: those are not taken away, and cost more.';
    return [{ field: 'node_lifecycle', from: 'spot', to: 'ondemand', why }];
  }
  return [];
}
