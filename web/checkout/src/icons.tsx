import type { BrandId } from './card/brands.js';

const common = { 'aria-hidden': true, focusable: 'false' } as const;

export const Lock = () => (
  <svg
    {...common}
    viewBox="0 0 16 16"
    width="14"
    height="14"
    fill="none"
    stroke="currentColor"
    stroke-width="1.5"
  >
    <rect x="3" y="7" width="10" height="7" rx="2" />
    <path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" />
  </svg>
);

export const CardIcon = () => (
  <svg
    {...common}
    viewBox="0 0 24 24"
    width="22"
    height="22"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
  >
    <rect x="2.5" y="5" width="19" height="14" rx="3" />
    <path d="M2.5 10h19M6 15h4" stroke-linecap="round" />
  </svg>
);

export const BankIcon = () => (
  <svg
    {...common}
    viewBox="0 0 24 24"
    width="22"
    height="22"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
  >
    <path
      d="M3 9.5 12 4l9 5.5zM5.5 10v7m4.3-7v7m4.4-7v7m4.3-7v7M3 20h18"
      stroke-linejoin="round"
      stroke-linecap="round"
    />
  </svg>
);

export const WalletIcon = () => (
  <svg
    {...common}
    viewBox="0 0 24 24"
    width="22"
    height="22"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
  >
    <path
      d="M4 7.5h14a2.5 2.5 0 0 1 2.5 2.5v7a2.5 2.5 0 0 1-2.5 2.5H5.5A2.5 2.5 0 0 1 3 17V6.5A2 2 0 0 1 5 4.5h12"
      stroke-linejoin="round"
    />
    <path d="M16.5 13.5h.01" stroke-width="2.6" stroke-linecap="round" />
  </svg>
);

export const UpiIcon = () => (
  <svg {...common} viewBox="0 0 24 24" width="22" height="22">
    <path d="M9 3l9 9-9 9 2.2-9z" fill="#097939" />
    <path d="M5 3l9 9-9 9 2.2-9z" fill="#ed752e" />
  </svg>
);

export const QrIcon = () => (
  <svg
    {...common}
    viewBox="0 0 24 24"
    width="26"
    height="26"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
  >
    <path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 18v2" />
  </svg>
);

export const Check = () => (
  <svg {...common} class="tick" viewBox="0 0 64 64" width="64" height="64">
    <circle cx="32" cy="32" r="30" />
    <path
      d="M20 33l8.5 8.5L45 25"
      fill="none"
      stroke-width="5"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
);

export const Alert = () => (
  <svg
    {...common}
    viewBox="0 0 24 24"
    width="22"
    height="22"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
  >
    <circle cx="12" cy="12" r="9.5" />
    <path d="M12 7v6M12 16.5v.5" stroke-linecap="round" />
  </svg>
);

const BRAND_MARKS: Record<Exclude<BrandId, 'unknown'>, preact.JSX.Element> = {
  visa: (
    <>
      <rect width="38" height="24" rx="4" fill="#1a1f71" />
      <text
        x="19"
        y="16.5"
        fill="#fff"
        font-size="11"
        font-weight="800"
        font-style="italic"
        text-anchor="middle"
      >
        VISA
      </text>
    </>
  ),
  mastercard: (
    <>
      <rect width="38" height="24" rx="4" fill="#252525" />
      <circle cx="15" cy="12" r="7" fill="#eb001b" />
      <circle cx="23" cy="12" r="7" fill="#f79e1b" fill-opacity=".9" />
    </>
  ),
  amex: (
    <>
      <rect width="38" height="24" rx="4" fill="#016fd0" />
      <text x="19" y="15.5" fill="#fff" font-size="8.5" font-weight="800" text-anchor="middle">
        AMEX
      </text>
    </>
  ),
  rupay: (
    <>
      <rect width="38" height="24" rx="4" fill="#fff" stroke="#d5d9e2" />
      <text x="15" y="15.5" fill="#1b3281" font-size="8.5" font-weight="800" text-anchor="middle">
        RuPay
      </text>
      <path d="M29 6l4 6-4 6z" fill="#097a44" />
    </>
  ),
};

export const BrandMark = ({ id }: { id: Exclude<BrandId, 'unknown'> }) => (
  <svg {...common} class="brand-mark" viewBox="0 0 38 24" width="34" height="22">
    {BRAND_MARKS[id]}
  </svg>
);
