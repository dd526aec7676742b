/** Disputes in words. */

import type { Dispute } from '../../api/types';

/** The processor's word for the reason: `product_not_received` as people write it. */
export const reasonText = ({ reason }: Dispute): string => reason.replaceAll('_', ' ');

export const needsAnswer = ({ status }: Dispute): boolean => status === 'needs_response';
