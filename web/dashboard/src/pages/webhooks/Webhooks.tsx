import { useMay } from '../../session/session';
import { Page } from '../../ui/Page';
import { Config } from './Config';
import { Deliveries } from './Deliveries';
import { Doctor } from './Doctor';
import { Endpoints } from './Endpoints';

/** The webhook URL and secret, what was sent, and why something did not arrive. */
export function Webhooks() {
  const may = useMay('webhooks:secrets');
  return (
    <Page
      title="Webhooks"
      lead="Your server hears of every payment here, even when the shopper's browser is long gone."
    >
      {may && <Config />}
      <Endpoints />
      <Deliveries />
      <Doctor />
    </Page>
  );
}
