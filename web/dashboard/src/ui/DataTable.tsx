import { Button, Skeleton } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import classes from './DataTable.module.css';
import { Empty } from './Empty';

export interface Column<Row> {
  key: string;
  title: string;
  cell: (row: Row) => ReactNode;
  align?: 'right';
  /** Left out on a phone's card. */
  wideOnly?: boolean;
}

interface Props<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[] | undefined;
  rowKey: (row: Row) => string;
  /** Where a click on the row leads; the first cell should hold a link to the same place for keyboards. */
  href?: (row: Row) => string;
  rowAttributes?: (row: Row) => Record<string, string>;
  testId?: string;
  empty?: ReactNode;
  /** Below the last row. */
  foot?: ReactNode;
  hasMore?: boolean;
  loadingMore?: boolean;
  onMore?: () => void;
}

/** A table whose rows are cards on a phone. */
export function DataTable<Row>(props: Props<Row>) {
  const navigate = useNavigate();
  const { columns, rows } = props;
  return (
    <div className={classes.wrap}>
      <table className={classes.table} data-test-id={props.testId} aria-label={props.label} aria-busy={!rows}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={column.align === 'right' ? classes.right : undefined}
              >
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows?.map((row) => (
            // A convenience for the mouse: the link in the first cell does the same for everybody.
            <tr
              key={props.rowKey(row)}
              className={props.href ? classes.clickable : undefined}
              onClick={(event) => {
                const inside = (event.target as HTMLElement).closest('a, button, input, label');
                const selecting = window.getSelection()?.toString();
                if (props.href && !inside && !selecting) navigate({ to: props.href(row) });
              }}
              {...props.rowAttributes?.(row)}
            >
              {columns.map((column) => (
                <td
                  key={column.key}
                  data-title={column.title}
                  className={`${column.align === 'right' ? classes.right : ''} ${column.wideOnly ? classes.wide : ''}`}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          {!rows &&
            Array.from({ length: 6 }, (_, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have nothing else
              <tr key={row}>
                {columns.map((column) => (
                  <td key={column.key}>
                    <Skeleton height={12} my={4} width="70%" />
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
      {rows?.length === 0 && (props.empty ?? <Empty title="Nothing here yet" />)}
      {props.foot}
      {props.hasMore && (
        <div className={classes.more}>
          <Button variant="default" loading={props.loadingMore ?? false} onClick={props.onMore}>
            Show more
          </Button>
        </div>
      )}
    </div>
  );
}
