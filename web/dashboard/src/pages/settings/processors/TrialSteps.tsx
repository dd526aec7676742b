import { Id } from '../../../ui/Copy';
import { Time } from '../../../ui/Time';
import type { Trial } from './queries';
import classes from './Trial.module.css';

const TITLES: Record<string, string> = {
  prepared: 'Prepared',
  paid: 'Paid',
  captured: 'Captured',
  notice: 'Notice received',
  refund_asked: 'Refund asked for',
  refunded: 'Refund paid',
};
const MARKS: Record<string, string> = { done: '✓', failed: '✕', late: '!' };
const SAID: Record<string, string> = {
  done: 'done',
  failed: 'failed',
  late: 'should have come',
  waiting: 'not yet',
};

/** Six steps, each with what the processor has said of it; changes are told to who cannot see them. */
export function TrialSteps({ steps }: { steps: Trial['steps'] }) {
  const done = steps.filter((step) => step.state === 'done').length;
  return (
    <>
      <ol className={classes.steps}>
        {steps.map((step, index) => (
          <li
            key={step.name}
            className={classes.step}
            data-test-id="trial-step"
            data-step={step.name}
            data-state={step.state}
          >
            <span className={classes.mark} aria-hidden="true">
              {MARKS[step.state] ?? index + 1}
            </span>
            <div className={classes.words}>
              <strong>{TITLES[step.name] ?? step.name}</strong>
              <span className="visually-hidden">: {SAID[step.state]}</span>
              {step.at && (
                <span className="muted">
                  {' '}
                  <Time at={step.at} />
                </span>
              )}
              {step.text && <div className={classes.text}>{step.text}</div>}
              {step.code && <div className="mono">{step.code}</div>}
              {step.reference && <Id value={step.reference} what="the processor’s id" />}
            </div>
          </li>
        ))}
      </ol>
      <p className="visually-hidden" role="status">
        {done} of {steps.length} steps are done
      </p>
    </>
  );
}
