import { Modal, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import { useMode } from '../session/mode';
import { useSession } from '../session/session';
import classes from './Palette.module.css';
import { useFound } from './useFound';

/** ⌘K or Ctrl K: jump to any id, order reference, VPA or page. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const session = useSession();
  const mode = useMode();
  const { items, searching } = useFound(text, session.permissions[mode] ?? []);
  const navigate = useNavigate();
  const current = Math.min(at, Math.max(0, items.length - 1));

  function open(index: number) {
    const item = items[index];
    if (!item) return;
    onClose();
    navigate({ to: item.to });
  }
  function onKey(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt((current + step + items.length) % Math.max(1, items.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      open(current);
    }
  }

  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="12vh"
      centered={false}
    >
      <Modal.Title className="visually-hidden">Find anything</Modal.Title>
      <TextInput
        data-autofocus
        variant="unstyled"
        className={classes.input}
        leftSection={<IconSearch size={17} aria-hidden />}
        placeholder="pay_…, order_…, disp_…, a receipt, a VPA, or a page"
        aria-label="Find anything"
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={items[current] ? `palette-${current}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <div id="palette-list" className={classes.list} role="listbox" aria-label="Results">
        {items.map((item, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input above has the keyboard
          <div
            key={item.key}
            id={`palette-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            className={classes.item}
            onClick={() => open(index)}
            onMouseMove={() => setAt(index)}
          >
            <item.icon size={16} aria-hidden />
            <span className={classes.label}>{item.label}</span>
            <span className={classes.hint}>{item.hint}</span>
          </div>
        ))}
      </div>
      <output className={classes.foot}>
        {searching ? 'Searching …' : items.length ? '↑ ↓ to choose, Enter to open' : 'Nothing found'}
      </output>
    </Modal>
  );
}
