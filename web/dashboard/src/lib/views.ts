/** Saved views: filters under a name. */

export interface View {
  name: string;
  filters: Record<string, string>;
}

export const MOST_VIEWS = 20;

export function isViews(value: unknown): value is View[] {
  return (
    Array.isArray(value) &&
    value.every(
      (one) =>
        typeof one?.name === 'string' &&
        typeof one.filters === 'object' &&
        one.filters !== null &&
        Object.values(one.filters).every((text) => typeof text === 'string'),
    )
  );
}

/** The views with this one in place of its namesake, or at the end; the oldest goes beyond the limit. */
export function withView(views: View[], view: View): View[] {
  return [...views.filter((one) => one.name !== view.name), view].slice(-MOST_VIEWS);
}

/** Whether the filters are exactly those of the view. */
export function isShown(view: View, filters: Record<string, string>): boolean {
  const names = new Set([...Object.keys(view.filters), ...Object.keys(filters)]);
  return [...names].every((name) => view.filters[name] === filters[name]);
}
