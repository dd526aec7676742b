import type { ApiKey } from '../../api/types';

/** What is being done with a key. */
export type KeyDialog = { kind: 'rotate' | 'revoke'; key: ApiKey };
