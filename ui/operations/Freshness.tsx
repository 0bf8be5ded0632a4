/** What is to be known of answers besides what they say: that asking failed, and how old those are that are still shown. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { AsOf } from '../parts/AsOf';
import { Trouble } from '../parts/Trouble';

export function Freshness({ of }: { of: readonly UseQueryResult[] }): ReactElement {
  const error = of.find((one) => one.error !== null)?.error ?? null;
  const retry = (): void => {
    for (const one of of) void one.refetch();
  };
  return (
    <>
      {error !== null && <Trouble error={error} onRetry={retry} />}
      {of.every(({ data }) => data !== undefined) && (
        <AsOf at={Math.min(...of.map(({ dataUpdatedAt }) => dataUpdatedAt))} isOld={error !== null} />
      )}
    </>
  );
}
