import { useQuery } from '@tanstack/react-query';
import { useMay } from '../../session/session';
import { Page } from '../../ui/Page';
import { PageSkeleton } from '../../ui/PageSkeleton';
import { useFilters } from '../../ui/useFilters';
import { Config } from './Config';
import { Deliveries } from './Deliveries';
import { Doctor } from './Doctor';
import { Endpoints } from './Endpoints';
import { configQuery, endpointsQuery, logQuery } from './queries';

/** The webhook URL and secret, what was sent, and why something did not arrive. */
export function Webhooks() {
  const may = useMay('webhooks:secrets');
  const [filters] = useFilters();
  // All blocks come at once: one that came later and was longer than its skeleton would push the others down.
  const config = useQuery({ ...configQuery, enabled: may });
  const endpoints = useQuery(endpointsQuery);
  const log = useQuery(logQuery(filters));
  const waits = config.isLoading || endpoints.isPending || log.isPending;
  return (
    <Page
      title="Webhooks"
      lead="Your server hears of every payment here, even when the shopper's browser is long gone."
    >
      {waits ? (
        <PageSkeleton />
      ) : (
        <>
          {may && <Config />}
          <Endpoints />
          <Deliveries />
          <Doctor />
        </>
      )}
    </Page>
  );
}
