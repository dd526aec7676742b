import { ApiError } from '../../api/client';

/** The words for a refused log-in: the API says the same for a wrong password and an unknown account. */
export function refusal(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something went wrong. Try again.';
  if (error.code === 'TWO_FACTOR_INVALID')
    return 'The code is wrong, or was used before. Wait for the next one.';
  if (error.status === 401) return 'The e-mail address or the password is wrong.';
  if (error.status === 429) {
    const minutes = Math.ceil((error.retryAfter ?? 60) / 60);
    return `Too many wrong passwords or codes. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
  }
  return error.message;
}
