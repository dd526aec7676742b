import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, ask } from '../api/client';
import { useMode } from '../session/mode';
import { LIVE_IS_OFF, useIsOff } from '../session/processors';
import { sessionQuery, useSession } from '../session/session';
import classes from './Shell.module.css';
import { StopBanner } from './StopBanner';

/** Somebody else may set or end one at any moment, and no event tells of it. */
const STOPS_MS = 30_000;

/** What holds for everything below: that no money moves, that none can, or that somebody has stopped it. */
export function Banners() {
  const session = useSession();
  const mode = useMode();
  const off = useIsOff();
  const stops = useStops();
  return (
    <>
      {mode === 'test' && (
        <div className={classes.test} role="note">
          <strong>Test mode</strong>
          <span className={classes.testWords}>
            No money moves. Payments are decided by the simulated bank, or by test accounts of yours.
          </span>
        </div>
      )}
      {session.warnings.map((warning) => (
        <div key={warning} className={classes.off} role="note">
          <strong>{warning}</strong>
        </div>
      ))}
      {off && (
        <div className={classes.off} role="note">
          <strong>{LIVE_IS_OFF.title}</strong>
          <span className={classes.testWords}>{LIVE_IS_OFF.text}</span>
          <Link className="link" to="/dashboard/live">
            What is missing
          </Link>
        </div>
      )}
      {stops.map((stop) => (
        <StopBanner key={`${stop.account_id} ${stop.scope} ${stop.covers}`} stop={stop} />
      ))}
    </>
  );
}

/** The emergency stops that hold in live mode; none in test mode, which moves no money. */
function useStops() {
  const session = useSession();
  const queries = useQueryClient();
  const live = useMode() === 'live';
  const { data } = useQuery({
    queryKey: ['stops'],
    queryFn: async () => (await ask(api.GET('/api/v1/session'))).stops,
    initialData: session.stops,
    initialDataUpdatedAt: () => queries.getQueryState(sessionQuery.queryKey)?.dataUpdatedAt,
    refetchInterval: STOPS_MS,
    enabled: live,
  });
  return live ? data : [];
}
