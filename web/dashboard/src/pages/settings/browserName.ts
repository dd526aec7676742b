/** `Chrome on Linux` from a user agent; the text itself where it says nothing known. */
export function browserName(agent: string): string {
  const browser = /(Edg|OPR|Firefox|CriOS|FxiOS|Chrome|Safari)\//.exec(agent)?.[1] ?? '';
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', CriOS: 'Chrome', FxiOS: 'Firefox' };
  const system =
    /(Windows|Android|iPhone|iPad|Mac OS X|CrOS|Linux)/.exec(agent)?.[1]?.replace(' OS X', '') ?? '';
  if (!browser) return agent.slice(0, 40) || 'unknown';
  return [names[browser] ?? browser, system].filter(Boolean).join(' on ');
}
