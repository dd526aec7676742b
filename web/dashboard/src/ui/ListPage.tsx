import type { ReactNode } from 'react';
import { type Noun, type Rows, useList } from '../api/lists';
import { useColumns } from './Columns';
import type { Choice } from './choices';
import { type Column, DataTable } from './DataTable';
import { Empty } from './Empty';
import { Failure } from './Failure';
import { Filters } from './Filters';
import { Page, Panel } from './Page';
import { type Money, Sums } from './Sums';
import { useFilters } from './useFilters';

/** All that tells the list of one noun from the list of another. */
export interface List<N extends Noun> {
  /** Its path in the API; its file, views and columns are named after it. */
  noun: N;
  title: string;
  lead: string;
  /** The table's name; the title where nothing else is said. */
  label?: string;
  testId?: string;
  columns: Column<Rows[N]>[];
  /** Where a click on a row leads; the first cell holds a link to the same place. */
  href?: (row: Rows[N]) => string;
  rowAttributes?: (row: Rows[N]) => Record<string, string>;
  search: { label: string; name?: string };
  choices: Choice[];
  /** What a row is worth: gives the list filters by amount, and the sum of what it shows. */
  money?: (row: Rows[N]) => Money;
  /** Said where no row is there at all, and where none is left by the filters. */
  empty: { title: string; hint: ReactNode };
  noMatch: { title: string; hint?: ReactNode };
  /** For what no live change tells of: milliseconds until it is asked for again. */
  every?: number;
}

/** A list with filters in the URL, saved views, a choice of columns and its CSV. */
export function ListPage<N extends Noun>({ list }: { list: List<N> }) {
  const [filters] = useFilters();
  const found = useList(list.noun, filters, list.every);
  const [columns, chooser] = useColumns(list.noun, list.columns);
  // An amount is meant in the currency of what is listed, until another is chosen.
  const currency = list.money && ((found.rows?.[0] && list.money(found.rows[0]).currency) ?? 'INR');
  const none = Object.values(filters).some(Boolean) ? list.noMatch : list.empty;
  return (
    <Page title={list.title} lead={list.lead}>
      <Filters
        noun={list.noun}
        currency={currency}
        searchLabel={list.search.label}
        searchName={list.search.name}
        choices={list.choices}
      >
        {chooser}
      </Filters>
      <Panel flush>
        {found.isError && !found.rows ? (
          <Failure error={found.error} retry={() => found.refetch()} />
        ) : (
          <DataTable
            label={list.label ?? list.title}
            testId={list.testId}
            columns={columns}
            rows={found.rows}
            rowKey={(row) => row.id}
            href={list.href}
            rowAttributes={list.rowAttributes}
            hasMore={found.hasNextPage}
            loadingMore={found.isFetchingNextPage}
            onMore={() => found.fetchNextPage()}
            empty={
              <Empty title={none.title}>{none.hint ?? 'Clear a filter, or look in the other mode.'}</Empty>
            }
            foot={
              list.money &&
              found.rows && <Sums money={found.rows.map(list.money)} complete={!found.hasNextPage} />
            }
          />
        )}
      </Panel>
    </Page>
  );
}
