import { Alert, Button, Group } from '@mantine/core';
import type { Account, Offered, Rule } from '../processors/queries';
import { accountName, ruleText } from '../processors/words';
import classes from './Routing.module.css';

interface Props {
  /** What is saved now. */
  rules: Rule[];
  accounts: Account[];
  offered: Offered[];
  onTheirs: () => void;
  onMine: () => void;
}

/** Somebody else has saved other rules meanwhile: neither theirs nor these are lost without a word. */
export function Conflict({ rules, accounts, offered, onTheirs, onMine }: Props) {
  const nameOf = (id: string) => {
    const account = accounts.find((one) => one.id === id);
    return account ? accountName(account, offered) : id;
  };
  return (
    <Alert
      color="orange"
      role="alert"
      title="The routes were changed meanwhile"
      mb="md"
      data-test-id="conflict"
    >
      Yours are not saved. These are the routes now:
      <ol className={classes.theirs}>
        {rules.map((rule) => (
          <li key={rule.id}>
            {ruleText(rule)} → {nameOf(rule.account_id)}
          </li>
        ))}
        {rules.length === 0 && <li>None</li>}
      </ol>
      <Group>
        <Button size="xs" variant="default" onClick={onTheirs}>
          Keep those, discard mine
        </Button>
        <Button size="xs" onClick={onMine}>
          Save mine in their place
        </Button>
      </Group>
    </Alert>
  );
}
