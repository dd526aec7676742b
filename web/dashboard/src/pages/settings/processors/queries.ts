/** What the page of processors asks for, by the names under which the answers are kept. */

import { queryOptions } from '@tanstack/react-query';
import { api, ask } from '../../../api/client';
import type { components } from '../../../api/schema';

type Schemas = components['schemas'];
export type Account = Schemas['ProcessorAccountAnswer'];
export type Offered = Schemas['OfferedProcessor'];
export type Rule = Schemas['RuleAnswer'];
export type Preview = Schemas['PreviewAnswer'];
export type Proof = Schemas['AccountProofAnswer'];
export type Trial = Schemas['TrialAnswer'];
export type RefundCap = Schemas['RefundCapAnswer'];

/** A rule that may not have been saved yet: it has no id of the API's then. */
export type DraftRule = Pick<
  Rule,
  'account_id' | 'method' | 'network' | 'currency' | 'amount_from' | 'amount_to' | 'share'
> & { id?: string; draft: string };

export const accountsQuery = queryOptions({
  queryKey: ['processors', 'accounts'],
  queryFn: () => ask(api.GET('/api/v1/processor-accounts')),
});

export const routesQuery = queryOptions({
  queryKey: ['processors', 'routes'],
  queryFn: () => ask(api.GET('/api/v1/processor-routes')),
});

export const capsQuery = queryOptions({
  queryKey: ['processors', 'caps'],
  queryFn: () => ask(api.GET('/api/v1/refund-caps')),
});

export const proofQuery = (accountId: string) =>
  queryOptions({
    queryKey: ['processors', 'proof', accountId],
    queryFn: () =>
      ask(
        api.GET('/api/v1/processor-accounts/{account_id}/proof', {
          params: { path: { account_id: accountId } },
        }),
      ),
  });

export const trialQuery = (accountId: string) =>
  queryOptions({
    queryKey: ['processors', 'trial', accountId],
    queryFn: () =>
      ask(
        api.GET('/api/v1/processor-accounts/{account_id}/trial', {
          params: { path: { account_id: accountId } },
        }),
      ),
  });
