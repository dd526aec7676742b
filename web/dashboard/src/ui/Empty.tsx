import type { ReactNode } from 'react';
import classes from './Empty.module.css';

/** What to do where there is nothing yet. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <strong>{title}</strong>
      {children && <div>{children}</div>}
    </div>
  );
}
