import { Button } from '@mantine/core';
import { type ComponentType, useEffect, useState } from 'react';
import { usePair } from '../../api/keys';
import type { Overview } from '../../api/types';
import { useRemembered } from '../../lib/remembered';
import { useMode } from '../../session/mode';
import { isLiveOff, LIVE_IS_OFF } from '../../session/processors';
import { useSession } from '../../session/session';
import { Panel } from '../../ui/Page';
import type { Surroundings } from '../docs/snippets';
import classes from './Home.module.css';
import { type StepName, useAnswer } from './steps/answers';
import { DeliveryStep, EndpointStep } from './steps/HearSteps';
import { OrderStep } from './steps/OrderStep';
import { PayStep } from './steps/PayStep';
import { RefundStep } from './steps/RefundStep';

type Progress = Overview['progress'];
interface Step {
  key: StepName;
  label: string;
  hint: string;
  Body: ComponentType<{ of: Surroundings }>;
}

const STEPS: Step[] = [
  {
    key: 'order',
    label: 'Create an order',
    hint: 'Your server does this; the amount is fixed in it.',
    Body: OrderStep,
  },
  {
    key: 'payment',
    label: 'Pay it',
    hint: 'With a test UPI address; the simulated bank says yes a second later.',
    Body: PayStep,
  },
  {
    key: 'endpoint',
    label: 'Give webhooks a place',
    hint: 'So that your server hears of it. Without a server yet, take an inbox of ours.',
    Body: EndpointStep,
  },
  {
    key: 'delivery',
    label: 'Receive a webhook',
    hint: 'A signed test event, sent at once.',
    Body: DeliveryStep,
  },
  { key: 'refund', label: 'Give money back', hint: 'A part of the payment, or all of it.', Body: RefundStep },
];
const isTrue = (value: unknown): value is true => value === true;

/** The way from nothing to a refunded payment, each step done right here. Only where no money can move. */
export function FirstSteps({ progress }: { progress: Progress }) {
  const session = useSession();
  const mode = useMode();
  const [hidden, hide] = useRemembered(`first-steps-over.${session.merchant.id}`, isTrue);
  const isDone = STEPS.every((step) => progress[step.key]);
  // What was open stays open: the last step's answer is not taken away by its own success.
  const [stays, setStays] = useState(false);
  useEffect(() => {
    if (!isDone) setStays(true);
  }, [isDone]);
  if (mode !== 'test' || hidden || (isDone && !stays)) return null;
  const current = STEPS.find((step) => !progress[step.key])?.key;
  const left = STEPS.filter((step) => !progress[step.key]).length;
  return (
    <Panel
      title="First steps"
      testId="first-steps"
      lead="From nothing to a paid order that your server knows about. No money moves."
      actions={
        // Who has been paid and told has seen what matters, and may put the rest away.
        progress.payment &&
        progress.delivery && (
          <Button size="xs" variant="default" onClick={() => hide(true)}>
            {isDone ? 'Done' : 'Hide'}
          </Button>
        )
      }
    >
      <ol className={classes.steps}>
        {STEPS.map((step, index) => (
          <StepLine
            key={step.key}
            step={step}
            number={index + 1}
            done={progress[step.key]}
            current={step.key === current}
          />
        ))}
      </ol>
      <p className={classes.next} role="status">
        {isDone ? 'All of it works. ' : `${left} of ${STEPS.length} left. `}
        {isLiveOff(session) && `${LIVE_IS_OFF.title}. ${LIVE_IS_OFF.text}`}
      </p>
    </Panel>
  );
}

interface LineProps {
  step: Step;
  number: number;
  done: boolean;
  current: boolean;
}

function StepLine({ step, number, done, current }: LineProps) {
  const session = useSession();
  const of = { pair: usePair(), api: session.api_url, checkout: session.checkout_url };
  const [answer] = useAnswer(step.key);
  return (
    <li className={classes.step} data-done={done} aria-current={current ? 'step' : undefined}>
      <span className={classes.tick} aria-hidden="true">
        {done ? '✓' : number}
      </span>
      <div className={classes.stepBody}>
        <strong>{step.label}</strong>
        {done && <span className="visually-hidden"> (done)</span>}
        <div className="muted">{step.hint}</div>
        {(current || answer !== undefined) && <step.Body of={of} />}
      </div>
    </li>
  );
}
