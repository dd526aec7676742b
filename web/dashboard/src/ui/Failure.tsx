import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { ApiError } from '../api/client';

/** What went wrong, in the API's own words, with the request id that support asks for. */
export function Failure({ error, retry, home }: { error: unknown; retry?: () => void; home?: boolean }) {
  const known = error instanceof ApiError ? error : undefined;
  const text = error instanceof Error ? error.message : 'Something went wrong.';
  return (
    <Stack role="alert" gap="xs" py="xl" align="flex-start">
      <Title order={2} size="h4">
        {known?.status === 403
          ? 'Your role does not allow this'
          : known?.status === 404 || home
            ? 'Not found'
            : 'That did not work'}
      </Title>
      <Text c="dimmed">{text}</Text>
      {known?.requestId && (
        <Text size="xs" c="dimmed">
          Request <span className="mono">{known.requestId}</span>
        </Text>
      )}
      <Group>
        {retry && known?.status !== 404 && (
          <Button variant="default" onClick={retry}>
            Try again
          </Button>
        )}
        {(home || known?.status === 404) && <Anchor href="/dashboard">Go to the overview</Anchor>}
      </Group>
    </Stack>
  );
}
