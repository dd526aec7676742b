import { Link, useRouterState } from '@tanstack/react-router';
import { useMode } from '../session/mode';
import { useSession } from '../session/session';
import classes from './Nav.module.css';
import { GROUPS } from './pages';

/** The pages that the user's role may see. */
export function Nav() {
  const session = useSession();
  const mode = useMode();
  const path = useRouterState({ select: (state) => state.location.pathname.replace(/\/$/, '') });
  const may = session.permissions[mode] ?? [];
  return (
    <nav className={classes.nav} aria-label="Main">
      {GROUPS.map((group) => (
        <div key={group.title}>
          {group.title && <h2 className={classes.title}>{group.title}</h2>}
          <ul>
            {group.pages
              .filter((page) => !page.permission || may.includes(page.permission))
              .map((page) => {
                const current =
                  page.to === '/dashboard'
                    ? path === page.to
                    : path === page.to || path.startsWith(`${page.to}/`);
                return (
                  <li key={page.to}>
                    <Link
                      to={page.to}
                      className={`${classes.link} ${current ? classes.current : ''}`}
                      aria-current={current ? 'page' : undefined}
                    >
                      <page.icon size={17} stroke={1.75} aria-hidden />
                      {page.label}
                    </Link>
                  </li>
                );
              })}
          </ul>
        </div>
      ))}
    </nav>
  );
}
