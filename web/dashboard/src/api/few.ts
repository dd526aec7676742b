/** The few rows of a list that belong to one payment or order. */

import { queryOptions } from '@tanstack/react-query';
import { api, ask } from './client';
import type { Rows } from './lists';
import type { ListPage } from './types';

/** More than these nobody reads on another noun's page; the list itself has them. */
const FEW = 20;

export type Owner = { payment_id: string } | { order_id: string } | { waits: 'true' };

export const fewOf = <N extends 'disputes' | 'unexpected-payments'>(noun: N, owner: Owner) =>
  queryOptions({
    queryKey: [noun, 'of', owner],
    queryFn: async () => {
      const params = { query: { ...owner, limit: FEW } as never };
      const page = await ask(api.GET(`/api/v1/${noun as 'disputes'}`, { params }));
      return (page as unknown as ListPage<Rows[N]>).data;
    },
  });
