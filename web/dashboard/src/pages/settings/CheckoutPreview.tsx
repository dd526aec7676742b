import classes from './Business.module.css';

/** Whether white text is readable on the colour (WCAG contrast of at least 4.5). */
export function takesWhiteText(hex: string): boolean {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5;
}

/** The checkout's first screen, drawn while one types. */
export function CheckoutPreview({
  name,
  color,
  methods,
}: {
  name: string;
  color: string;
  methods: string[];
}) {
  const valid = /^#[0-9a-f]{6}$/i.test(color);
  const brand = valid ? color : '#0f6b5e';
  return (
    <div className={classes.preview} aria-hidden="true">
      <div className={classes.previewHead}>
        <strong>{name}</strong>
        <span>₹500.00</span>
      </div>
      <div className={classes.previewBody}>
        {methods.includes('upi') && <div className={classes.previewMethod}>UPI</div>}
        {methods.includes('card') && <div className={classes.previewMethod}>Card</div>}
        <div
          className={classes.previewButton}
          style={{ background: brand, color: takesWhiteText(brand) ? '#fff' : '#111' }}
        >
          Pay ₹500.00
        </div>
      </div>
    </div>
  );
}
