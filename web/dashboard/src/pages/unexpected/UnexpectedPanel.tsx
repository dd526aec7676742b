import { useQuery } from '@tanstack/react-query';
import { fewOf, type Owner } from '../../api/few';
import type { UnexpectedMoney } from '../../api/types';
import { accountText } from '../../lib/processors';
import { Amount } from '../../ui/Amount';
import { Id } from '../../ui/Copy';
import { Panel } from '../../ui/Page';
import { Status } from '../../ui/Status';
import { Time } from '../../ui/Time';
import classes from '../payments/Payment.module.css';
import { PayBack } from './PayBack';
import { doText, longReason } from './words';

const RETURNING_MS = 3_000;

/** Money that nobody expected with this payment or order; nothing where there is none. */
export function UnexpectedPanel({ owner }: { owner: Owner }) {
  const { data } = useQuery({
    ...fewOf('unexpected-payments', owner),
    // That it is left to a person is no event.
    refetchInterval: ({ state }) =>
      state.data?.some(({ status }) => status === 'returning') ? RETURNING_MS : false,
  });
  if (!data?.length) return null;
  return (
    <Panel title="Money that nobody expected" testId="unexpected-panel">
      {data.map((money) => (
        <Row key={money.id} money={money} />
      ))}
    </Panel>
  );
}

function Row({ money }: { money: UnexpectedMoney }) {
  return (
    <div className={classes.matter} data-test-id="unexpected-row" data-unexpected-id={money.id}>
      <div className={classes.matterHead}>
        <strong>
          <Amount minor={money.amount} currency={money.currency} />
        </strong>
        <Status value={money.status} />
      </div>
      <div className={classes.more}>
        It {longReason(money)}, <Time at={money.created_at} />.
        {money.returned_at && (
          <>
            {' '}
            Given back <Time at={money.returned_at} />.
          </>
        )}
        {money.taken_back_at && (
          <>
            {' '}
            Taken back by the processor <Time at={money.taken_back_at} />.
          </>
        )}
      </div>
      {money.review_reason && <div className={classes.why}>In review: {money.review_reason}.</div>}
      <div data-test-id="unexpected-advice">{doText(money)}</div>
      <div className={classes.more}>
        At {accountText(money)} it is <Id value={money.charge} what="the processor’s id of this money" />
      </div>
      <PayBack money={money} />
    </div>
  );
}
