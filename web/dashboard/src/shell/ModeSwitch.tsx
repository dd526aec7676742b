import { SegmentedControl } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type Mode, setMode, useMode } from '../session/mode';

/** Test or live. Everything shown belongs to one of them, so everything is asked anew. */
export function ModeSwitch() {
  const mode = useMode();
  const queries = useQueryClient();
  return (
    <SegmentedControl
      size="xs"
      aria-label="Mode"
      value={mode}
      onChange={(value) => {
        setMode(value as Mode);
        queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
      }}
      data={[
        { value: 'test', label: 'Test' },
        { value: 'live', label: 'Live' },
      ]}
    />
  );
}
