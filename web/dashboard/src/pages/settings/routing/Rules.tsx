import { Alert, Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { ApiError, api, ask } from '../../../api/client';
import { Empty } from '../../../ui/Empty';
import { Failure } from '../../../ui/Failure';
import { lazyDialog } from '../../../ui/lazy';
import { Panel } from '../../../ui/Page';
import { type Account, type DraftRule, type Offered, type Preview, routesQuery } from '../processors/queries';
import { movedTo, ruleText } from '../processors/words';
import { Conflict } from './Conflict';
import classes from './Routing.module.css';
import { RuleRow } from './RuleRow';
import { asDraft, useDraft } from './useDraft';
import { useDrag } from './useDrag';

const RuleForm = lazyDialog<{
  accounts: Account[];
  offered: Offered[];
  onAdd: (rule: DraftRule) => void;
  onClose: () => void;
}>(() => import('../processors/dialogs'), 'RuleForm');

const LeaveUnsaved = lazyDialog<{ onLeave: () => void; onClose: () => void }>(
  () => import('../processors/dialogs'),
  'LeaveUnsaved',
);

interface Props {
  accounts: Account[];
  offered: Offered[];
  preview: Preview | null;
  /** The preview tells of the rules as they are saved: what it said goes with a change. */
  onChange: () => void;
}

/** The ordered rules: changed as a list, step by step undone, saved as a whole or not at all. */
export function Rules({ accounts, offered, preview, onChange }: Props) {
  const routes = useQuery(routesQuery);
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [said, say] = useState('');
  const draft = useDraft(routes.data?.rules.map(asDraft) ?? [], routes.data?.version);
  const { rules } = draft;
  const change = (next: DraftRule[], what: string) => {
    draft.change(next);
    onChange();
    say(what);
  };
  const focus = useFocusKept(rules);
  const move = (from: number, to: number) => {
    const rule = rules[from];
    if (!rule || to < 0 || to >= rules.length) return;
    focus.keep(rule.draft);
    change(
      movedTo(rules, from, to),
      `${ruleText(rule)}: now rule ${to + 1} of ${rules.length}. Not saved yet.`,
    );
  };
  const drag = useDrag(move);
  const save = useMutation({
    mutationFn: (version: string | undefined) => {
      const body = { rules: rules.map(({ draft: _, ...rule }) => rule), ...(version && { version }) };
      return ask(api.PUT('/api/v1/processor-routes', { body: body as never }));
    },
    onSuccess: (answer) => {
      queries.setQueryData(routesQuery.queryKey, answer);
      draft.discard();
      say('Saved.');
      notifications.show({
        color: 'teal',
        title: 'Saved',
        message: 'New payments follow these rules from now on.',
      });
    },
    // Whoever was faster: what is saved now is shown beside what was not.
    onError: () => routes.refetch(),
  });
  const isConflict = save.error instanceof ApiError && save.error.status === 409;
  const isUnsaved = draft.isChanged;
  const leaving = useBlocker({
    shouldBlockFn: () => isUnsaved,
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  });
  const discard = () => {
    draft.discard();
    save.reset();
    say('Changes discarded.');
  };
  return (
    <Panel
      testId="processor-routes"
      title="Rules"
      lead="The first rule that fits a payment, and whose account is enabled and able, takes it."
      actions={
        <Button size="xs" variant="default" onClick={() => setAdding(true)}>
          Add rule
        </Button>
      }
    >
      {routes.isError && <Failure error={routes.error} retry={() => routes.refetch()} />}
      {save.isError && !isConflict && (
        <Alert color="red" role="alert" mb="md">
          {save.error.message}
        </Alert>
      )}
      {isConflict && draft.isChanged && routes.data && (
        <Conflict
          rules={routes.data.rules}
          accounts={accounts}
          offered={offered}
          onTheirs={discard}
          onMine={() => save.mutate(routes.data.version)}
        />
      )}
      {routes.data && rules.length === 0 && (
        <Empty title="No rule">No account takes a payment without one.</Empty>
      )}
      <ol className={classes.rules} ref={drag.list}>
        {rules.map((rule, index) => (
          <RuleRow
            key={rule.draft}
            rule={rule}
            index={index}
            count={rules.length}
            accounts={accounts}
            offered={offered}
            preview={preview}
            drag={drag}
            onMove={(step) => move(index, index + step)}
            onRemove={() =>
              change(
                rules.filter((_, at) => at !== index),
                `${ruleText(rule)}: removed. Not saved yet.`,
              )
            }
          />
        ))}
      </ol>
      <p className="visually-hidden" role="status" data-test-id="routes-said">
        {said}
      </p>
      {draft.isChanged && (
        <Group justify="flex-end" mt="md">
          <span className="muted">Not saved yet</span>
          <Button
            variant="default"
            onClick={() => {
              draft.undo();
              say('The last change is undone.');
            }}
          >
            Undo
          </Button>
          <Button variant="default" onClick={discard}>
            Discard
          </Button>
          <Button loading={save.isPending} onClick={() => save.mutate(draft.version)}>
            Save routes
          </Button>
        </Group>
      )}
      {leaving.status === 'blocked' && <LeaveUnsaved onLeave={leaving.proceed} onClose={leaving.reset} />}
      {adding && (
        <RuleForm
          accounts={accounts}
          offered={offered}
          onAdd={(rule) => change([...rules, rule], `${ruleText(rule)}: added at the end. Not saved yet.`)}
          onClose={() => setAdding(false)}
        />
      )}
    </Panel>
  );
}

/** The control that has moved a rule keeps the focus where the rule has gone: the browser drops it with the row. */
function useFocusKept(rules: DraftRule[]): { keep: (rule: string) => void } {
  const kept = useRef<{ rule: string; control: string } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after every order of the rules
  useEffect(() => {
    if (!kept.current) return;
    const row = document.querySelector(`[data-rule="${kept.current.rule}"]`);
    const wanted = row?.querySelector<HTMLButtonElement>(`[data-control="${kept.current.control}"]`);
    // At an end its button can do no more.
    const target = wanted?.disabled
      ? row?.querySelector<HTMLButtonElement>('[data-control="handle"]')
      : wanted;
    target?.focus();
    kept.current = null;
  }, [rules]);
  return {
    keep: (rule) => {
      const control = document.activeElement?.closest('[data-control]')?.getAttribute('data-control');
      if (control) kept.current = { rule, control };
    },
  };
}
