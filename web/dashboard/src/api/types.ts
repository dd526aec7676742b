/** The shapes of the API's answers by the names that the pages use. */

import type { components } from './schema';

type Schemas = components['schemas'];
export type Payment = Schemas['PaymentAnswer'];
export type Order = Schemas['OrderAnswer'];
export type Refund = Schemas['RefundAnswer'];
export type Overview = Schemas['OverviewAnswer'];
export type TimelineEntry = Schemas['TimelineEntry'];
export type Delivery = Schemas['WebhookLogItem'];
export type WebhookConfig = Schemas['WebhookConfigAnswer'];
export type ApiKey = Schemas['KeyAnswer'];
export type AuditLine = Schemas['AuditLine'];
export type User = Schemas['UserAnswer'];
export type Member = Schemas['MemberAnswer'];
export type LoggedRequest = Schemas['LoggedRequestAnswer'];
export type UnexpectedMoney = Schemas['UnexpectedAnswer'];
export type Dispute = Schemas['DisputeAnswer'];
export type Stop = Schemas['SessionStop'];
export type Job = Schemas['Job'];

/** A page of a list. */
export interface ListPage<Row> {
  data: Row[];
  next_cursor: string | null;
  has_more: boolean;
}
