import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { Account } from './queries';
import type { Act } from './useAccount';

export type AccountDialog = 'edit' | 'credentials' | 'pause' | 'remove';
interface Props {
  account: Account;
  name: string;
  act: (act: Act) => void;
  onDialog: (dialog: AccountDialog) => void;
}

/** What can be done with one account. A stop ends where it is shown. */
export function AccountMenu({ account, name, act, onDialog }: Props) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${name}`}>
          <IconDots size={17} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onDialog('edit')}>Edit …</Menu.Item>
        <Menu.Item onClick={() => onDialog('credentials')}>New credentials …</Menu.Item>
        {account.has_previous_webhook_secret && (
          <Menu.Item onClick={() => act({ kind: 'drop-secret' })}>Drop the previous webhook secret</Menu.Item>
        )}
        {account.status === 'enabled' && (
          <Menu.Item onClick={() => act({ kind: 'status', status: 'disabled' })}>Disable</Menu.Item>
        )}
        {account.status === 'disabled' && (
          <Menu.Item onClick={() => act({ kind: 'status', status: 'enabled' })}>Enable</Menu.Item>
        )}
        {account.mode === 'live' && (
          <Menu.Item color="red" onClick={() => onDialog('pause')}>
            Emergency stop …
          </Menu.Item>
        )}
        <Menu.Item color="red" onClick={() => onDialog('remove')}>
          Remove …
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
