import { useQueryClient } from '@tanstack/react-query';
import { type Mode, setMode } from './mode';

/** Look at the other mode: everything shown belongs to one of them, so everything is asked anew. */
export function useSwitchMode(): (mode: Mode) => void {
  const queries = useQueryClient();
  return (mode) => {
    setMode(mode);
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
  };
}
