import { Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import classes from './Page.module.css';

interface Props {
  title: string;
  /** One sentence on what this page is for. */
  lead?: ReactNode;
  actions?: ReactNode;
  back?: ReactNode;
  testId?: string;
  children: ReactNode;
}

/** A page with its heading; sets the window's title. */
export function Page({ title, lead, actions, back, testId, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Payments`;
  }, [title]);
  return (
    <div className={classes.page} data-test-id={testId}>
      <header className={classes.header}>
        <div className={classes.words}>
          {back}
          <Title order={1}>{title}</Title>
          {lead && <p className={classes.lead}>{lead}</p>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A bordered block with a heading. */
export function Panel({
  title,
  lead,
  actions,
  children,
  testId,
  flush = false,
}: {
  title?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  testId?: string;
  /** No padding: for tables. */
  flush?: boolean;
}) {
  return (
    <section className={classes.panel} data-test-id={testId}>
      {(title || actions) && (
        <div className={classes.panelHead}>
          <div>
            {title && (
              <Title order={2} className={classes.panelTitle}>
                {title}
              </Title>
            )}
            {lead && <p className={classes.panelLead}>{lead}</p>}
          </div>
          {actions && <div className={classes.actions}>{actions}</div>}
        </div>
      )}
      <div className={flush ? classes.flush : classes.panelBody}>{children}</div>
    </section>
  );
}
