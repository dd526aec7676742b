import type { Refund } from '../../api/types';

/** Why a refund failed, in the API's words. */
export const whyFailed = ({ error_code, error_description }: Refund): string =>
  error_description ? `${error_description} (${error_code})` : 'The bank gave no reason.';
