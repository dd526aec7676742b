import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Failure } from '../../ui/Failure';
import { Page } from '../../ui/Page';
import { checklistQuery } from './checklist';
import { LivePanel } from './LivePanel';

/** The way from test to live: what is there already, and where the rest is done. */
export function GoLive() {
  const list = useQuery(checklistQuery);
  return (
    <Page
      title="Going live"
      lead="What live payments need. Each is ticked by what is really there, not by a click here."
      testId="going-live"
    >
      {list.isError && <Failure error={list.error} retry={() => list.refetch()} />}
      {list.isPending && <Skeleton height={360} />}
      {list.data && <LivePanel list={list.data} />}
    </Page>
  );
}
