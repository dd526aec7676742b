import { useQuery } from '@tanstack/react-query';
import { fewOf, type Owner } from '../../api/few';
import type { Dispute } from '../../api/types';
import { accountText, processorTitle } from '../../lib/processors';
import { Amount } from '../../ui/Amount';
import { Id } from '../../ui/Copy';
import { Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Due, Time } from '../../ui/Time';
import classes from '../payments/Payment.module.css';
import { needsAnswer, reasonText } from './words';

/** The disputes of this payment or order; nothing where there are none. */
export function DisputesPanel({ owner }: { owner: Owner }) {
  const { data } = useQuery(fewOf('disputes', owner));
  if (!data?.length) return null;
  return (
    <Panel title="Disputes" testId="disputes-panel">
      {data.map((dispute) => (
        <Row key={dispute.id} dispute={dispute} />
      ))}
    </Panel>
  );
}

function Row({ dispute }: { dispute: Dispute }) {
  return (
    <div className={classes.matter} data-test-id="dispute-row" data-dispute-id={dispute.id}>
      <div className={classes.matterHead}>
        <strong>
          <Amount minor={dispute.amount} currency={dispute.currency} />
        </strong>
        <Status value={dispute.status} />
      </div>
      <div className={classes.more}>
        Reason: {reasonText(dispute)}. Told <Time at={dispute.created_at} />
        {dispute.updated_at !== dispute.created_at && (
          <>
            , changed <Time at={dispute.updated_at} />
          </>
        )}
        .
      </div>
      {needsAnswer(dispute) && (
        <>
          {dispute.respond_by && (
            <div className={classes.why} data-test-id="respond-by">
              Evidence is due by <Time at={dispute.respond_by} /> (<Due at={dispute.respond_by} />)
            </div>
          )}
          <div data-test-id="dispute-advice">
            Answer it in the {processorTitle(dispute.processor)} dashboard, under Disputes. It cannot be
            answered here; what comes of it is shown here.
          </div>
        </>
      )}
      <div className={classes.more}>
        At {accountText(dispute)} it is{' '}
        <Id value={dispute.reference} what="the processor’s id of the dispute" />
      </div>
    </div>
  );
}
