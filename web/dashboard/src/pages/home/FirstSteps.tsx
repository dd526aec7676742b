import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Overview } from '../../api/types';
import { Panel } from '../../ui/Page';
import classes from './Home.module.css';

const STEPS: { key: keyof Overview['progress']; to: string; label: string; hint: string }[] = [
  {
    key: 'order',
    to: '/dashboard/docs',
    label: 'Create an order',
    hint: 'One request: run it right here.',
  },
  { key: 'payment', to: '/dashboard/docs', label: 'Pay it', hint: 'With a test card or a test VPA.' },
  {
    key: 'endpoint',
    to: '/dashboard/webhooks',
    label: 'Name a webhook URL',
    hint: 'So that your server hears of it.',
  },
  {
    key: 'delivery',
    to: '/dashboard/webhooks',
    label: 'Receive a webhook',
    hint: 'Send a test event, verify its signature.',
  },
  { key: 'live_key', to: '/dashboard/keys', label: 'Go live', hint: 'Make a key in live mode.' },
];

const TryIt = lazy(async () => ({ default: (await import('./TryIt')).TryIt }));

/** The way to a first payment; gone once it has been walked (going live may wait). */
export function FirstSteps({ progress }: { progress: Overview['progress'] }) {
  if (progress.order && progress.payment && progress.endpoint && progress.delivery) return null;
  return (
    <Panel title="First steps" lead="From nothing to a paid order that your server knows about.">
      <ol className={classes.steps}>
        {STEPS.map((step, index) => (
          <li key={step.key} className={classes.step} data-done={progress[step.key]}>
            <span className={classes.tick} aria-hidden="true">
              {progress[step.key] ? '✓' : index + 1}
            </span>
            <span>
              <Link className="link" to={step.to}>
                {step.label}
              </Link>
              {progress[step.key] && <span className="visually-hidden"> (done)</span>}
              <br />
              <span className="muted">{step.hint}</span>
            </span>
          </li>
        ))}
      </ol>
      {(!progress.order || !progress.payment) && (
        <Suspense>
          <TryIt step={progress.order ? 'payment' : 'order'} />
        </Suspense>
      )}
    </Panel>
  );
}
