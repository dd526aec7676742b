import { renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../src/api/client';
import { useIntent } from '../src/api/intent';

const answer = (status: number) => new ApiError(status, '', '', undefined, undefined, undefined);

describe('an intent', () => {
  const key = (hook: { current: ReturnType<typeof useIntent> }) => hook.current.header()['Idempotency-Key'];

  it.each([0, 409, 422, 500, 503])(
    'keeps its key where an answer of %d leaves open what became of it',
    (status) => {
      const { result } = renderHook(() => useIntent());
      const first = key(result);
      result.current.settle(answer(status));
      expect(key(result)).toBe(first);
    },
  );

  it.each([null, answer(400), answer(404)])('ends with %s', (error) => {
    const { result } = renderHook(() => useIntent());
    const first = key(result);
    result.current.settle(error);
    expect(key(result)).not.toBe(first);
  });

  it('is another one when something else is asked for', () => {
    const { result, rerender } = renderHook((asked: { url: string }) => useIntent(asked), {
      initialProps: { url: 'a' },
    });
    const first = key(result);
    rerender({ url: 'a' });
    expect(key(result)).toBe(first);
    rerender({ url: 'b' });
    expect(key(result)).not.toBe(first);
  });
});
