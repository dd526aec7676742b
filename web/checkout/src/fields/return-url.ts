/** What an address of this page may say; all else came from somewhere and is dropped. */
const OURS = /^(order_id|key|o|n|v|return_to|locale|mode|primary|methods|method)$/;

/** The page's own address, without what a processor has put there: ids, a client secret, an outcome. */
export function ownAddress(href: string): string {
  const url = new URL(href);
  for (const name of [...url.searchParams.keys()]) if (!OURS.test(name)) url.searchParams.delete(name);
  url.hash = '';
  return url.href;
}

/**
 * Where a processor leads the shopper back to: this page as a whole page, also from a frame, whose top window it
 * takes for that. `shop` is where that page then leads, unless the order says it.
 */
export function returnUrl(href: string, shop: string | undefined): string {
  const url = new URL(ownAddress(href));
  if (url.searchParams.has('n')) {
    for (const name of ['o', 'n', 'v']) url.searchParams.delete(name);
    if (shop) url.searchParams.set('return_to', shop);
  }
  url.searchParams.set('returned', '1');
  return url.href;
}
