import { Link } from '@tanstack/react-router';
import { useMode } from '../../session/mode';
import { useSession } from '../../session/session';
import { useSwitchMode } from '../../session/useSwitchMode';
import { Panel } from '../../ui/Page';
import { type Checklist, type Item, WORDS } from './checklist';
import classes from './Live.module.css';

/** What live needs, with the way to each for those who may go it. */
export function LivePanel({ list }: { list: Checklist }) {
  const left = list.items.filter((item) => item.done === false).length;
  return (
    <Panel
      testId="live-panel"
      title={
        list.is_on
          ? 'Live is on: an account is enabled'
          : 'Live is off until an account at a processor is enabled'
      }
      lead={left ? `${left} of ${list.items.length} left.` : 'Nothing is missing.'}
    >
      <ol className={classes.items} data-test-id="checklist">
        {list.items.map((item) => (
          <Line key={item.name} item={item} account={list.accounts[0]} />
        ))}
      </ol>
    </Panel>
  );
}

function Line({ item, account }: { item: Item; account: string | undefined }) {
  const words = WORDS[item.name];
  const mode = useMode();
  const switchTo = useSwitchMode();
  const may = useSession().permissions.live?.includes(words.permission ?? 'own');
  const isTrial = item.name === 'trial';
  return (
    <li className={classes.item} data-test-id="checklist-item" data-item={item.name} data-done={item.done}>
      <span className={classes.mark} aria-hidden="true">
        {item.done ? '✓' : ''}
      </span>
      <div className={classes.words}>
        <strong>{words.title}</strong>
        <span className="visually-hidden">{item.done ? ' (done)' : ' (missing)'}</span>
        <div className="muted">{words.hint}</div>
      </div>
      {!may && <span className="muted">an owner or admin can</span>}
      {may && isTrial && !account && <span className="muted">connect an account first</span>}
      {may && (account || !isTrial) && (
        // What is missing is missing in live mode: that is where the page behind has to look.
        <Link
          className="link"
          to={isTrial ? `/dashboard/processors/${account}/try` : words.to}
          onClick={() => mode === 'test' && switchTo('live')}
        >
          {words.go}
        </Link>
      )}
    </li>
  );
}
