import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { IconColumns } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { isTexts, useRemembered } from '../lib/remembered';
import type { Column } from './DataTable';

/** The columns that the viewer wants to see, and the button that chooses them. The first always stays. */
export function useColumns<Row>(name: string, columns: Column<Row>[]): [Column<Row>[], ReactNode] {
  const [hidden, remember] = useRemembered(`columns.${name}`, isTexts);
  const isHidden = (key: string) => hidden?.includes(key) ?? false;
  const shown = columns.filter((column, index) => index === 0 || !isHidden(column.key));
  const toggle = (key: string) => {
    const next = isHidden(key) ? (hidden ?? []).filter((one) => one !== key) : [...(hidden ?? []), key];
    remember(next.length ? next : null);
  };
  const chooser = (
    <Popover position="bottom-end" trapFocus returnFocus withinPortal={false} shadow="md">
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns size={15} aria-hidden />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <Stack gap="xs">
          {columns.slice(1).map((column) => (
            <Checkbox
              key={column.key}
              size="sm"
              label={column.title}
              checked={!isHidden(column.key)}
              onChange={() => toggle(column.key)}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
  return [shown, chooser];
}
