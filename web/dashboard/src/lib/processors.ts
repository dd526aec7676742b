/** Who moves the money, in words. */

/** `stripe` as people write it: `Stripe`. */
export const processorTitle = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** An account by what the merchant calls it: `Web shop (Stripe)`, else the processor alone. */
export function accountText(row: { processor: string | null; account_label: string | null }): string {
  const title = row.processor ? processorTitle(row.processor) : '';
  return row.account_label ? `${row.account_label} (${title})` : title;
}
