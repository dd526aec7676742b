import { describe, expect, it } from 'vitest';
import { shortcut } from '../src/lib/platform';

describe('shortcut', () => {
  it.each([
    [{ platform: 'MacIntel' }, '⌘K'],
    [{ platform: 'iPhone' }, '⌘K'],
    [{ platform: '', userAgentData: { platform: 'macOS' } }, '⌘K'],
    [{ platform: 'Linux x86_64' }, 'Ctrl K'],
    [{ platform: 'Win32', userAgentData: { platform: 'Windows' } }, 'Ctrl K'],
    [{ platform: 'Linux armv81', userAgentData: { platform: 'Android' } }, 'Ctrl K'],
    [{ platform: '' }, 'Ctrl K'],
  ])('on %j is %s', (navigator, text) => {
    expect(shortcut('K', navigator as unknown as Navigator)).toBe(text);
  });
});
