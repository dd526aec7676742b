import { ActionIcon, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import classes from './Copy.module.css';

/** A button that copies; it says so to eyes and to screen readers. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <Tooltip label={clipboard.copied ? 'Copied' : label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={label}
        onClick={(event) => {
          event.stopPropagation();
          clipboard.copy(value);
        }}
      >
        {clipboard.copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
        <span className="visually-hidden" aria-live="polite">
          {clipboard.copied ? 'Copied' : ''}
        </span>
      </ActionIcon>
    </Tooltip>
  );
}

/** An id in fixed-width letters with a copy button. */
export function Id({ value, testId, what = 'id' }: { value: string; testId?: string; what?: string }) {
  return (
    <span className={classes.id}>
      <span className="mono" data-test-id={testId}>
        {value}
      </span>
      <CopyButton value={value} label={`Copy ${what}`} />
    </span>
  );
}

/** Source text with a copy button. */
export function Code({ text, label, testId }: { text: string; label: string; testId?: string }) {
  return (
    <div className={classes.code}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section tabIndex={0} aria-label={label}>
        <pre data-test-id={testId}>
          <code>{text}</code>
        </pre>
      </section>
      <span className={classes.corner}>
        <CopyButton value={text} label={`Copy ${label}`} />
      </span>
    </div>
  );
}
