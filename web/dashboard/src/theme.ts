/** Colours, type and the defaults of components. Contrast of text is at least 4.5:1 in both schemes. */

import { createTheme, type MantineColorsTuple } from '@mantine/core';

const brand: MantineColorsTuple = [
  '#ecfdf8',
  '#d0f7ec',
  '#a4eddb',
  '#6cdcc4',
  '#38c3a8',
  '#17a78d',
  '#0d8673',
  '#0f6b5e',
  '#11554c',
  '#11463f',
];
/** A cool grey that leans to the brand. */
const dark: MantineColorsTuple = [
  '#e3e8e8',
  '#b6c0c1',
  '#97a3a5',
  '#738083',
  '#47545a',
  '#333e43',
  '#263035',
  '#1b2327',
  '#141b1e',
  '#0e1315',
];
const gray: MantineColorsTuple = [
  '#f7f9f9',
  '#f0f3f3',
  '#e5eaea',
  '#d7dddd',
  '#b9c2c3',
  '#8d999b',
  '#5d6a6d',
  '#445053',
  '#2c3639',
  '#161d1f',
];

/** The tones of states (`styles.css`), for what is said in a box as well. */
const TONES: Record<string, string> = { teal: 'ok', red: 'bad', orange: 'wait', blue: 'info', gray: 'still' };

export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: { light: 7, dark: 7 },
  colors: { brand, dark, gray },
  fontFamily: '"Inter Variable", Inter, system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "JetBrains Mono", Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: '620', sizes: { h1: { fontSize: '1.5rem', lineHeight: '1.25' } } },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Alert: {
      vars: (_: unknown, { color }: { color?: string }) => {
        const tone = TONES[color ?? ''];
        return {
          root: tone ? { '--alert-bg': `var(--${tone}-soft)`, '--alert-color': `var(--${tone})` } : {},
        };
      },
    },
    Button: { defaultProps: { size: 'sm' } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
    Modal: {
      defaultProps: {
        centered: true,
        radius: 'lg',
        overlayProps: { backgroundOpacity: 0.4, blur: 2 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    // The placeholder is no menu item, so a menu must not hold it; focus goes to the first item at once.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
  },
});
