import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { ApiKey } from '../../api/types';
import { useMay } from '../../session/session';
import type { KeyDialog } from './keyDialog';

/** What can be done with a key that still works. */
export function KeyActions({ value, onChoose }: { value: ApiKey; onChoose: (dialog: KeyDialog) => void }) {
  const mayGiveAdmin = useMay('settings');
  const mayRotate = mayGiveAdmin || !value.scopes.includes('admin');
  if (value.status === 'revoked' || value.status === 'expired') return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${value.id}`}>
          <IconDots size={17} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayRotate && (
          <Menu.Item onClick={() => onChoose({ kind: 'rotate', key: value })}>Rotate …</Menu.Item>
        )}
        <Menu.Item color="red" onClick={() => onChoose({ kind: 'revoke', key: value })}>
          Revoke …
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
