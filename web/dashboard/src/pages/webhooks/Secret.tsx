import { Button, Group, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import { useIntent } from '../../api/intent';
import { Covered } from '../../ui/Covered';
import classes from './Webhooks.module.css';

/** The signing secret: covered until it is asked for; a new one leaves the old one signing for a day. */
export function Secret({ secret }: { secret: string }) {
  const [asking, dialog] = useDisclosure(false);
  const queries = useQueryClient();
  const intent = useIntent();
  const regenerate = useMutation({
    mutationFn: () =>
      ask(api.POST('/api/v1/webhooks/regenerate-secret', { params: { header: intent.header() } })),
    onSettled: (_, error) => intent.settle(error),
    onSuccess: (config) => {
      queries.setQueryData(['webhooks', 'config'], config);
      dialog.close();
      notifications.show({
        color: 'teal',
        title: 'New secret',
        message: 'The old one signs as well for 24 hours.',
      });
    },
  });
  return (
    <div>
      <div className={classes.label}>Signing secret</div>
      <Covered value={secret} what="the signing secret" testId="webhook-secret" shown={6}>
        <Button
          size="compact-sm"
          variant="default"
          data-test-id="regenerate-secret-button"
          onClick={dialog.open}
        >
          Regenerate
        </Button>
      </Covered>
      <Modal opened={asking} onClose={dialog.close} title="Regenerate the signing secret">
        <p>
          New events are signed with a fresh secret. For 24 hours{' '}
          <span className="mono">webhook-signature</span> carries the old one's signature too, so nothing is
          lost while you deploy. <span className="mono">X-Webhook-Signature</span> changes at once.
        </p>
        {regenerate.isError && <p role="alert">{regenerate.error.message}</p>}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={dialog.close}>
            Back
          </Button>
          <Button loading={regenerate.isPending} onClick={() => regenerate.mutate()}>
            Regenerate
          </Button>
        </Group>
      </Modal>
    </div>
  );
}
