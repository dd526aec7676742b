import { SegmentedControl } from '@mantine/core';
import { type Mode, useMode } from '../session/mode';
import { useSwitchMode } from '../session/useSwitchMode';

/** Test or live. */
export function ModeSwitch() {
  const mode = useMode();
  const switchTo = useSwitchMode();
  return (
    <SegmentedControl
      size="xs"
      aria-label="Mode"
      value={mode}
      onChange={(value) => switchTo(value as Mode)}
      data={[
        { value: 'test', label: 'Test' },
        { value: 'live', label: 'Live' },
      ]}
    />
  );
}
