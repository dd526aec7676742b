/** What the keys of this machine are called. */

interface Brands {
  userAgentData?: { platform?: string };
}

/** Whether this is one of Apple's, whose shortcuts are made with ⌘. */
export function isApple(of: Navigator = navigator): boolean {
  const platform = (of as Navigator & Brands).userAgentData?.platform || of.platform || '';
  return /^(mac|iphone|ipad|ipod)/i.test(platform);
}

/** `⌘K` or `Ctrl K`. */
export const shortcut = (letter: string, of?: Navigator): string =>
  isApple(of) ? `⌘${letter}` : `Ctrl ${letter}`;
