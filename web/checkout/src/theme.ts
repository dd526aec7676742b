const COLOR = /^#[0-9a-f]{6}$/i;

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
export function luminance(color: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** Black or white, whichever reads better on the colour: at least 4.5 : 1 for one of them. */
export const textOn = (color: string): string =>
  1.05 / (luminance(color) + 0.05) >= (luminance(color) + 0.05) / 0.05 ? '#ffffff' : '#000000';

export const isColor = (value: unknown): value is string => typeof value === 'string' && COLOR.test(value);

/** The custom properties of a brand colour, for the server's sheet and for the browser. */
export const brandProperties = (color: string): [string, string][] => [
  ['--brand', color],
  ['--on-brand', textOn(color)],
];

const RADIUS: Record<string, string> = { none: '0px', sm: '4px', md: '10px', lg: '16px' };

/** Takes the tokens that a shop may set; anything else it sends is ignored. No raw CSS gets in. */
export function applyTheme(theme: Record<string, unknown> | undefined): void {
  if (!theme) return;
  const { style, dataset } = document.documentElement;
  if (isColor(theme.primary)) {
    for (const [name, value] of brandProperties(theme.primary)) style.setProperty(name, value);
  }
  if (theme.mode === 'light' || theme.mode === 'dark') dataset.mode = theme.mode;
  if (theme.mode === 'auto') delete dataset.mode;
  const radius = RADIUS[String(theme.radius)];
  if (radius) style.setProperty('--radius', radius);
  if (theme.font === 'serif' || theme.font === 'mono') dataset.font = theme.font;
}
