import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useMode } from '../../../session/mode';
import { useMay } from '../../../session/session';
import { Code } from '../../../ui/Copy';
import classes from '../Home.module.css';
import type { StepName } from './answers';

interface Props {
  step: StepName;
  /** The request as a command, with the merchant's own key. */
  command: string;
  /** What the role needs to run it from here. */
  permission: string;
  button?: string;
  pending: boolean;
  error: Error | null;
  answer: unknown;
  /** Where else it can be done, or be looked at. */
  children?: ReactNode;
  onRun: () => void;
}

/** A step as a command, a button that does the same right here, and the answer. */
export function Act(props: Props) {
  const may = useMay(props.permission);
  const mode = useMode();
  return (
    <div className={classes.act} data-test-id={`step-${props.step}`}>
      <Code label={`the request of this step: ${props.step}`} text={props.command} />
      <div className={classes.run}>
        {may && mode === 'test' && (
          <Button loading={props.pending} onClick={props.onRun} data-test-id={`run-${props.step}`}>
            {props.button ?? 'Run'}
          </Button>
        )}
        {!may && <span className="muted">Your role may not run it from here.</span>}
        {props.children}
      </div>
      <div aria-live="polite">
        {props.error && <p role="alert">{props.error.message}</p>}
        {props.answer !== undefined && (
          <div className={classes.answer} data-test-id={`answer-${props.step}`}>
            <Code label={`the answer: ${props.step}`} text={JSON.stringify(props.answer, null, 2)} />
          </div>
        )}
      </div>
    </div>
  );
}
