import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Filters as Values } from '../api/lists';

/** The filters of the page's URL, and a way to change one. */
export function useFilters(): [Values, (change: Values) => void] {
  const search = useSearch({ strict: false }) as Values;
  const navigate = useNavigate();
  return [
    search,
    (change) => navigate({ to: '.', search: { ...search, ...change } as never, replace: true }),
  ];
}
