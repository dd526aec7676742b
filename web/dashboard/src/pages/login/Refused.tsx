import { Alert } from '@mantine/core';
import { useEffect, useRef } from 'react';
import classes from './Login.module.css';
import { refusal } from './refusal';

/** Why a log-in was refused; focused, so that it is read out. */
export function Refused({ error }: { error: unknown }) {
  const alert = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each refusal is read out anew
  useEffect(() => alert.current?.focus(), [error]);
  return (
    <Alert ref={alert} color="red" variant="light" role="alert" tabIndex={-1} className={classes.alert}>
      {refusal(error)}
    </Alert>
  );
}
