import { ActionIcon, Alert, Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../../api/client';
import { Empty } from '../../../ui/Empty';
import { Failure } from '../../../ui/Failure';
import { lazyDialog } from '../../../ui/lazy';
import { Panel } from '../../../ui/Page';
import { PreviewBox } from './PreviewBox';
import classes from './Processors.module.css';
import { type Account, type DraftRule, type Offered, type Preview, type Rule, routesQuery } from './queries';
import { accountName, moved, ruleText } from './words';

const RuleForm = lazyDialog<{
  accounts: Account[];
  offered: Offered[];
  onAdd: (rule: DraftRule) => void;
  onClose: () => void;
}>(() => import('./dialogs'), 'RuleForm');

const asDraft = (rule: Rule): DraftRule => {
  const { id, account_id, method, network, currency, amount_from, amount_to, share } = rule;
  return { id, account_id, method, network, currency, amount_from, amount_to, share, draft: id };
};

/** The ordered rules: changed as a list, saved as a whole; and who would take a payment by those that are saved. */
export function Routes({ accounts, offered }: { accounts: Account[]; offered: Offered[] }) {
  const routes = useQuery(routesQuery);
  const queries = useQueryClient();
  const [changed, setChanged] = useState<DraftRule[] | null>(null);
  const [adding, setAdding] = useState(false);
  const [preview, setPreview] = useState<Preview | null>(null);
  const saved = routes.data?.rules.map(asDraft) ?? [];
  const rules = changed ?? saved;
  const change = (next: DraftRule[]) => {
    setChanged(next);
    setPreview(null);
  };
  const save = useMutation({
    mutationFn: (next: DraftRule[]) =>
      ask(
        api.PUT('/api/v1/processor-routes', {
          body: { rules: next.map(({ draft, ...rule }) => rule) as never },
        }),
      ),
    onSuccess: (answer) => {
      queries.setQueryData(routesQuery.queryKey, answer);
      setChanged(null);
      notifications.show({
        color: 'teal',
        title: 'Saved',
        message: 'New payments follow these rules from now on.',
      });
    },
  });
  return (
    <>
      <Panel
        testId="processor-routes"
        title="Routes"
        lead="The first rule that fits a payment, and whose account is enabled and able, takes it."
        actions={
          <Button size="xs" variant="default" onClick={() => setAdding(true)}>
            Add rule
          </Button>
        }
      >
        {routes.isError && <Failure error={routes.error} retry={() => routes.refetch()} />}
        {save.isError && (
          <Alert color="red" role="alert">
            {save.error.message}
          </Alert>
        )}
        {routes.data && rules.length === 0 && (
          <Empty title="No rule">No account takes a payment without one.</Empty>
        )}
        <ol className={classes.rules}>
          {rules.map((rule, index) => (
            <li key={rule.draft} className={classes.rule} data-test-id="route">
              <RuleWords rule={rule} accounts={accounts} offered={offered} preview={preview} />
              <Group gap={4}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Move rule ${index + 1} up`}
                  disabled={index === 0}
                  onClick={() => change(moved(rules, index, -1))}
                >
                  <IconArrowUp size={16} aria-hidden />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Move rule ${index + 1} down`}
                  disabled={index === rules.length - 1}
                  onClick={() => change(moved(rules, index, 1))}
                >
                  <IconArrowDown size={16} aria-hidden />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove rule ${index + 1}`}
                  onClick={() => change(rules.filter((_, at) => at !== index))}
                >
                  <IconX size={16} aria-hidden />
                </ActionIcon>
              </Group>
            </li>
          ))}
        </ol>
        {changed && (
          <Group justify="flex-end" mt="md">
            <span className="muted">Not saved yet</span>
            <Button variant="default" onClick={() => setChanged(null)}>
              Discard
            </Button>
            <Button loading={save.isPending} onClick={() => save.mutate(rules)}>
              Save routes
            </Button>
          </Group>
        )}
        {adding && (
          <RuleForm
            accounts={accounts}
            offered={offered}
            onAdd={(rule) => change([...rules, rule])}
            onClose={() => setAdding(false)}
          />
        )}
      </Panel>
      <PreviewBox accounts={accounts} offered={offered} preview={preview} onPreview={setPreview} />
    </>
  );
}

interface WordsProps {
  rule: DraftRule;
  accounts: Account[];
  offered: Offered[];
  preview: Preview | null;
}

function RuleWords({ rule, accounts, offered, preview }: WordsProps) {
  const account = accounts.find((one) => one.id === rule.account_id);
  const verdict = preview?.rules.find((one) => one.rule.id === rule.id);
  return (
    <span className={classes.ruleWords}>
      {ruleText(rule)}
      {rule.share < 100 && `, ${rule.share} % of them`} →{' '}
      <strong>{account ? accountName(account, offered) : rule.account_id}</strong>
      {verdict && (
        <div className={classes.why} data-test-id="route-verdict">
          {verdict.why_not ? `Not this payment: ${verdict.why_not}` : 'Fits this payment'}
        </div>
      )}
    </span>
  );
}
