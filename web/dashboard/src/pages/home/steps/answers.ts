/** What the API answered to a first step: kept while the dashboard is open, also when one looks elsewhere meanwhile. */

import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query';

export type StepName = 'order' | 'payment' | 'endpoint' | 'delivery' | 'refund';

/** The step's last answer, and how to keep a new one. Forgotten with the mode: see `ModeSwitch`. */
export function useAnswer<T>(step: StepName): [T | undefined, (answer: T) => void] {
  const queries = useQueryClient();
  const queryKey = ['first-steps', step];
  const { data } = useQuery<T>({ queryKey, queryFn: skipToken, staleTime: Infinity, gcTime: Infinity });
  return [data, (answer) => queries.setQueryData(queryKey, answer)];
}

/** Have everything that a step may have changed asked for again, the ticks of the steps first. */
export function useChanged(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const noun of ['overview', 'orders', 'payments', 'refunds', 'webhooks'])
      queries.invalidateQueries({ queryKey: [noun] });
  };
}
