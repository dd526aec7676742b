import { ActionIcon } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconGripVertical, IconX } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import type { Account, DraftRule, Offered, Preview } from '../processors/queries';
import { accountName, ruleText, stateOf } from '../processors/words';
import classes from './Routing.module.css';
import type { Drag } from './useDrag';

interface Props {
  rule: DraftRule;
  index: number;
  count: number;
  accounts: Account[];
  offered: Offered[];
  preview: Preview | null;
  drag: Drag;
  onMove: (step: -1 | 1) => void;
  onRemove: () => void;
}

/** One rule: dragged by its handle, moved by the arrow keys on it, or by buttons. */
export function RuleRow({ rule, index, count, accounts, offered, preview, drag, onMove, onRemove }: Props) {
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key] as -1 | 1 | undefined;
    if (!step) return;
    event.preventDefault();
    onMove(step);
  };
  const { lifted } = drag;
  const dropped = lifted && ![lifted.from, lifted.from + 1].includes(lifted.gap);
  const before = dropped && lifted.gap === index ? 'before' : undefined;
  const after = dropped && lifted.gap === count && index === count - 1 ? 'after' : undefined;
  const number = index + 1;
  return (
    <li
      className={classes.rule}
      data-test-id="route"
      data-rule={rule.draft}
      data-lifted={lifted?.from === index}
      data-drop={before ?? after}
    >
      <ActionIcon
        className={classes.handle ?? ''}
        variant="subtle"
        color="gray"
        aria-label={`Rule ${number} of ${count}: drag it, or move it by the arrow keys`}
        data-control="handle"
        onPointerDown={drag.lift(index)}
        onKeyDown={onKey}
      >
        <IconGripVertical size={16} aria-hidden />
      </ActionIcon>
      <Words rule={rule} accounts={accounts} offered={offered} preview={preview} />
      <span className={classes.buttons}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Move rule ${number} up`}
          data-control="up"
          disabled={index === 0}
          onClick={() => onMove(-1)}
        >
          <IconArrowUp size={16} aria-hidden />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Move rule ${number} down`}
          data-control="down"
          disabled={index === count - 1}
          onClick={() => onMove(1)}
        >
          <IconArrowDown size={16} aria-hidden />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={`Remove rule ${number}`} onClick={onRemove}>
          <IconX size={16} aria-hidden />
        </ActionIcon>
      </span>
    </li>
  );
}

function Words({
  rule,
  accounts,
  offered,
  preview,
}: Pick<Props, 'rule' | 'accounts' | 'offered' | 'preview'>) {
  const account = accounts.find((one) => one.id === rule.account_id);
  const verdict = preview?.rules.find((one) => one.rule.id === rule.id);
  return (
    <span className={classes.words}>
      {ruleText(rule)}
      {rule.share < 100 && `, ${rule.share} % of them`} →{' '}
      <strong>{account ? accountName(account, offered) : rule.account_id}</strong>
      {account && stateOf(account) !== 'enabled' && (
        <div className={classes.idle} data-test-id="route-idle">
          Takes nothing: the account is {stateOf(account)}
        </div>
      )}
      {verdict && (
        <div className={verdict.why_not ? classes.why : classes.takes} data-test-id="route-verdict">
          {verdict.why_not ? `Not this payment: ${verdict.why_not}` : 'Fits this payment'}
        </div>
      )}
    </span>
  );
}
