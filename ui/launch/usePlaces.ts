/** Reads where runs may go; undefined while that is on its way. What cannot be read is left out: the API decides anyway. */
import { useQuery } from '@tanstack/react-query';
import { clustersQuery, infoQuery } from '../api/queries';
import type { Places } from './places';

export function usePlaces(): Places | undefined {
  const info = useQuery({ ...infoQuery, retry: 1 });
  const clusters = useQuery({ ...clustersQuery, retry: 1 });
  if (info.isPending || clusters.isPending) return undefined;
  return {
    engines: info.data?.engines ?? [],
    clusters: clusters.data ?? [],
    deadlineSeconds: info.data?.limits.deadline_seconds_default ?? 172_800,
  };
}
