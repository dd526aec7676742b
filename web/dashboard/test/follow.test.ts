import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { follow } from '../src/shell/follow';

const listeners = { onState: vi.fn(), onChange: vi.fn(), onLoggedOut: vi.fn() };
const answer =
  (status: number, body = '') =>
  async () =>
    new Response(body, { status });

describe('following changes', () => {
  let fetched = vi.fn();
  let stop = () => {};
  const start = (to: () => Promise<Response>) => {
    fetched = vi.fn(to);
    vi.stubGlobal('fetch', fetched);
    stop = follow('test', listeners);
  };

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.clearAllMocks();
  });

  it('opens a stream that ends at once again after a growing pause', async () => {
    start(answer(200, 'data: {"cursor":"7~","nouns":["payments"]}\n\n'));
    const opened: number[] = [];
    for (const seconds of [0, 1, 2, 4, 8, 16, 30, 30]) {
      await vi.advanceTimersByTimeAsync(seconds * 1_000);
      opened.push(fetched.mock.calls.length);
    }
    expect(opened).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(fetched.mock.lastCall?.[0]).toBe('/api/v1/changes/stream?cursor=7~');
  });

  it('opens the next one at once after a stream that lasted', async () => {
    let end = () => {};
    start(async () => {
      const body = new ReadableStream({
        start: (controller) => {
          end = () => controller.close();
        },
      });
      return new Response(body);
    });
    for (const opened of [1, 2, 3]) {
      await vi.advanceTimersByTimeAsync(60_000);
      expect(fetched).toHaveBeenCalledTimes(opened);
      end();
    }
  });

  it.each([
    ['stream', answer(401)],
    ['poll', async () => new Response('', { status: fetched.mock.calls.length === 1 ? 404 : 401 })],
  ])('says that nobody is logged in, and ends (%s)', async (_, to) => {
    start(to);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(listeners.onLoggedOut).toHaveBeenCalledOnce();
    expect(listeners.onLoggedOut.mock.lastCall?.[0].status).toBe(401);
    expect(listeners.onState).not.toHaveBeenCalledWith('offline');
    expect(fetched.mock.calls.length).toBeLessThan(3);
  });

  it('goes on asking where the gateway cannot be reached', async () => {
    start(() => Promise.reject(new TypeError('offline')));
    await vi.advanceTimersByTimeAsync(11_000);
    expect(listeners.onState).toHaveBeenLastCalledWith('offline');
    expect(fetched).toHaveBeenCalledTimes(3);
  });
});
