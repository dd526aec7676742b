import { ActionIcon, Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core';
import { IconBookmark, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useRemembered } from '../lib/remembered';
import { isShown, isViews, withView } from '../lib/views';

interface Props {
  noun: string;
  filters: Record<string, string>;
  onShow: (filters: Record<string, string>) => void;
}

/** Filters that the viewer comes back to, each under a name of his own. */
export function Views({ noun, filters, onShow }: Props) {
  const [kept, remember] = useRemembered(`views.${noun}`, isViews);
  const [name, setName] = useState('');
  const views = kept ?? [];
  const any = Object.keys(filters).length > 0;
  const current = views.find((view) => isShown(view, filters));
  return (
    <Popover position="bottom-end" trapFocus returnFocus withinPortal={false} shadow="md">
      <Popover.Target>
        <Button variant="default" leftSection={<IconBookmark size={15} aria-hidden />}>
          {current?.name ?? 'Views'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Saved views" w={272}>
        <Stack gap="xs">
          {views.length === 0 && (
            <Text size="sm" c="dimmed">
              No saved views yet. Filter the list, then save it here under a name.
            </Text>
          )}
          {views.map((view) => (
            <Group key={view.name} gap="xs" wrap="nowrap" justify="space-between">
              <Button
                variant={view === current ? 'light' : 'subtle'}
                color={view === current ? undefined : 'gray'}
                size="compact-sm"
                onClick={() => onShow(view.filters)}
              >
                {view.name}
              </Button>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Forget the view ${view.name}`}
                onClick={() => remember(views.filter((one) => one !== view))}
              >
                <IconX size={14} aria-hidden />
              </ActionIcon>
            </Group>
          ))}
          {any && !current && (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                if (!name.trim()) return;
                remember(withView(views, { name: name.trim(), filters }));
                setName('');
              }}
            >
              <Group gap="xs" wrap="nowrap">
                <TextInput
                  size="sm"
                  flex={1}
                  miw={0}
                  aria-label="Name of the view"
                  placeholder="Name this view"
                  maxLength={40}
                  value={name}
                  onChange={(event) => setName(event.currentTarget.value)}
                />
                <Button type="submit" size="sm" flex="none">
                  Save
                </Button>
              </Group>
            </form>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
