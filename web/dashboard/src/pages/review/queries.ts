/** Notices that wait for a person. */

import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import type { components } from '../../api/schema';

export type Notice = components['schemas']['NoticeInReview'];

export const noticesQuery = queryOptions({
  queryKey: ['processor-notices'],
  queryFn: async () => (await ask(api.GET('/api/v1/processor-notices'))).data,
});
