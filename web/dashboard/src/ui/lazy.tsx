import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ComponentType, useEffect, useRef, useState } from 'react';
import { load, NotLoaded } from '../lib/load';
import { PageSkeleton } from './PageSkeleton';

type Named<Props> = Record<string, ComponentType<Props>>;

interface Shown<Props> {
  /** What is shown until it is there. */
  Waiting: ComponentType;
  /** How a failure is shown. */
  Failed: ComponentType<{ error: Error; retry: () => void; given: Props }>;
}

/**
 * A component whose code comes when it is first shown, or earlier by `preload`.
 *
 * Neither React's `lazy` nor the router's: the one never asks again for what did not come once, the other
 * reloads the page for it, which offline leaves the browser's error page.
 */
function lazyComponent<Props extends object>(
  part: () => Promise<unknown>,
  name: string,
  { Waiting, Failed }: Shown<Props>,
) {
  let loaded: ComponentType<Props> | undefined;
  const start = async (): Promise<void> => {
    loaded ??= ((await load(part)) as Named<Props>)[name];
  };
  function Lazy(props: Props) {
    const [error, setError] = useState<Error | null>(null);
    const [, setReady] = useState(Boolean(loaded));
    useEffect(() => {
      if (error || loaded) return;
      start().then(() => setReady(true), setError);
    }, [error]);
    if (loaded) {
      const Loaded = loaded;
      return <Loaded {...props} />;
    }
    return error ? <Failed error={error} retry={() => setError(null)} given={props} /> : <Waiting />;
  }
  Lazy.preload = () => start().catch(() => undefined);
  return Lazy;
}

/** A page of its own: a skeleton, then the page or why it did not come. */
export function lazyPage(part: () => Promise<unknown>, name: string) {
  return lazyComponent<object>(part, name, {
    Waiting: PageSkeleton,
    Failed: ({ error, retry }) => <Hindered error={error} retry={retry} />,
  });
}

/** A dialog: nothing until it is there. One that does not come says so and closes; the next click asks again. */
export function lazyDialog<Props extends { onClose: () => void }>(
  part: () => Promise<unknown>,
  name: string,
) {
  return lazyComponent<Props>(part, name, { Waiting: () => null, Failed: ClosedDialog });
}

function ClosedDialog({ error, given }: { error: Error; given: { onClose: () => void } }) {
  const close = useRef(given.onClose);
  useEffect(() => {
    if (!(error instanceof NotLoaded)) return;
    const { title, text } = WORDS[error.hindrance];
    notifications.show({ color: 'red', title, message: text });
    close.current();
  }, [error]);
  if (!(error instanceof NotLoaded)) throw error;
  return null;
}

const WORDS = {
  offline: {
    title: 'Not loaded yet',
    text: 'There is no connection to the dashboard’s server. Pages that were open before still work.',
  },
  released: {
    title: 'The dashboard was renewed',
    text: 'This part belongs to an older version. Reload to go on with the current one.',
  },
  broken: { title: 'That could not be loaded', text: 'Its code did not arrive. Try it again.' },
} as const;

/** Why code did not come, and what to do. A fault inside the code is none of this: it goes on to the router. */
function Hindered({ error, retry }: { error: Error; retry: () => void }) {
  useEffect(() => {
    window.addEventListener('online', retry);
    return () => window.removeEventListener('online', retry);
  }, [retry]);
  if (!(error instanceof NotLoaded)) throw error;
  const { title, text } = WORDS[error.hindrance];
  return (
    <Stack role="alert" gap="xs" py="xl" align="flex-start" data-test-id="not-loaded">
      <Title order={1} size="h4">
        {title}
      </Title>
      <Text c="dimmed">{text}</Text>
      <Group>
        {error.hindrance !== 'released' && (
          <Button variant="default" onClick={retry}>
            Try again
          </Button>
        )}
        {error.hindrance !== 'offline' && (
          <Button
            variant={error.hindrance === 'released' ? 'filled' : 'default'}
            onClick={() => window.location.reload()}
          >
            Reload
          </Button>
        )}
      </Group>
    </Stack>
  );
}
