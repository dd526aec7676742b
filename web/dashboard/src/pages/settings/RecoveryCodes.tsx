import { Button, Checkbox, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { Code } from '../../ui/Copy';

/** The only moment at which recovery codes are shown. Closing it needs a deliberate tick. */
export function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const [saved, setSaved] = useState(false);
  return (
    <Modal
      opened
      onClose={() => saved && onClose()}
      title="Save the recovery codes now"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <p className="muted">
          Each logs you in once without the telephone. They are kept as hashes only and cannot be shown again.
        </p>
        <Code testId="recovery-codes" label="the recovery codes" text={codes.join('\n')} />
        <Checkbox
          label="I have saved them in a safe place"
          checked={saved}
          onChange={(event) => setSaved(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button disabled={!saved} onClick={onClose}>
            Done
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
