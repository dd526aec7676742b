import { Button, Group } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { CopyButton } from './Copy';

interface Props {
  value: string;
  /** How the copy button calls it. */
  what: string;
  testId: string;
  /** Letters at the start that are shown anyway. */
  shown?: number;
  /** Further buttons. */
  children?: ReactNode;
}

/** A secret that is covered until it is asked for. */
export function Covered({ value, what, testId, shown = 0, children }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Group gap="xs">
      <span className="mono breaks" data-test-id={testId}>
        {open ? value : `${value.slice(0, shown)}${'•'.repeat(18)}`}
      </span>
      <Button size="compact-sm" variant="default" aria-pressed={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide' : 'Reveal'}
      </Button>
      <CopyButton value={value} label={`Copy ${what}`} />
      {children}
    </Group>
  );
}
