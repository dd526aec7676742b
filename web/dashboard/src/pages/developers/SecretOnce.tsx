import { Button, Checkbox, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { Code } from '../../ui/Copy';

/** The only moment at which a secret is shown. Closing it needs a deliberate tick. */
export function SecretOnce({ id, secret, onClose }: { id: string; secret: string; onClose: () => void }) {
  const [saved, setSaved] = useState(false);
  return (
    <Modal
      opened
      onClose={() => saved && onClose()}
      title="Save the secret now"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <p className="muted">It is not kept and cannot be shown again.</p>
        <Code testId="new-key" label="the pair" text={`X-Api-Key: ${id}\nX-Api-Secret: ${secret}`} />
        <Checkbox
          label="I have saved it in a safe place"
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
