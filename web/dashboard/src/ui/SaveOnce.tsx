import { Button, Checkbox, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { Code } from './Copy';

interface Props {
  title: string;
  lead: string;
  /** What is shown, how its copy button calls it, and how tests find it. */
  text: string;
  label: string;
  testId: string;
  /** What the tick says. */
  saved: string;
  onClose: () => void;
}

/** The only moment at which something is shown. Closing it needs a deliberate tick. */
export function SaveOnce(props: Props) {
  const [saved, setSaved] = useState(false);
  return (
    <Modal
      opened
      onClose={() => saved && props.onClose()}
      title={props.title}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <p className="muted">{props.lead}</p>
        <Code testId={props.testId} label={props.label} text={props.text} />
        <Checkbox
          label={props.saved}
          checked={saved}
          onChange={(event) => setSaved(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button disabled={!saved} onClick={props.onClose}>
            Done
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
