import { describe, expect, it } from 'vitest';
import { isTexts, parseKept } from '../src/lib/remembered';
import { isShown, isViews, MOST_VIEWS, withView } from '../src/lib/views';

describe('what a browser keeps', () => {
  it('is nothing when it is broken, of another shape, or absent', () => {
    expect(parseKept('["a"]', isTexts)).toEqual(['a']);
    for (const text of [null, '', '{', '"a"', '[1]', 'null']) expect(parseKept(text, isTexts)).toBeNull();
    expect(parseKept('[{"name":"x","filters":{"status":"failed"}}]', isViews)).toHaveLength(1);
    for (const text of [
      '[{}]',
      '[{"name":"x","filters":null}]',
      '[{"name":"x","filters":{"a":1}}]',
      '[null]',
    ])
      expect(parseKept(text, isViews)).toBeNull();
  });
});

describe('saved views', () => {
  const failed = { name: 'Failed', filters: { status: 'failed' } };

  it('replace their namesake and have a limit', () => {
    const other = { name: 'Failed', filters: { status: 'success' } };
    expect(withView([failed], other)).toEqual([other]);
    const many = Array.from({ length: MOST_VIEWS }, (_, at) => ({ name: String(at), filters: {} }));
    expect(withView(many, failed)).toHaveLength(MOST_VIEWS);
    expect(withView(many, failed).at(-1)).toBe(failed);
  });

  it('are shown when the filters are exactly theirs', () => {
    expect(isShown(failed, { status: 'failed' })).toBe(true);
    expect(isShown(failed, {})).toBe(false);
    expect(isShown(failed, { status: 'failed', method: 'card' })).toBe(false);
  });
});
