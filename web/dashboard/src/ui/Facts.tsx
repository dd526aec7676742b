import type { ReactNode } from 'react';
import classes from './Facts.module.css';

/** Names and values; what is not set is left out. */
export function Facts({ facts }: { facts: ([string, ReactNode] | null | undefined | '' | false)[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map((fact) =>
        fact ? (
          <div key={fact[0]}>
            <dt>{fact[0]}</dt>
            <dd>{fact[1]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
