import { ActionIcon, Burger, Button, Kbd } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { shortcut } from '../lib/platform';
import { useMode } from '../session/mode';
import { useSession } from '../session/session';
import { lazyDialog } from '../ui/lazy';
import { Banners } from './Banners';
import { Live } from './Live';
import { ModeSwitch } from './ModeSwitch';
import { Nav } from './Nav';
import classes from './Shell.module.css';
import { UserMenu } from './UserMenu';

const Palette = lazyDialog<{ onClose: () => void }>(() => import('./Palette'), 'Palette');

/** The frame of every page: navigation, mode, search, who is logged in. */
export function Shell() {
  const session = useSession();
  const mode = useMode();
  const [menu, { toggle, close }] = useDisclosure(false);
  const [palette, paletteHandlers] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useHotkeys([['mod+K', paletteHandlers.open]], []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when the page changes
  useEffect(close, [path]);

  return (
    <div className={classes.shell} data-test-id="dashboard" data-mode={mode}>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <div className={`${classes.side} ${menu ? classes.open : ''}`}>
        <div className={classes.brand}>
          <img src="/favicon.svg" alt="" width={28} height={28} />
          <span className={classes.merchant} title={session.merchant.name}>
            {session.merchant.name}
          </span>
        </div>
        <Nav />
        <UserMenu session={session} />
      </div>
      {menu && <button type="button" className={classes.shade} aria-label="Close the menu" onClick={close} />}
      <div className={classes.body}>
        <Banners />
        <header className={classes.top}>
          <Burger
            className={classes.burger}
            opened={menu}
            onClick={toggle}
            size="sm"
            aria-label={menu ? 'Close the menu' : 'Open the menu'}
            aria-expanded={menu}
          />
          <Button
            className={classes.search}
            variant="default"
            classNames={{ label: classes.searchLabel }}
            leftSection={<IconSearch size={15} aria-hidden />}
            rightSection={<Kbd size="xs">{shortcut('K')}</Kbd>}
            onClick={paletteHandlers.open}
          >
            Find a payment, order, page …
          </Button>
          <ActionIcon
            className={classes.searchSmall}
            variant="default"
            size={36}
            aria-label="Find anything"
            onClick={paletteHandlers.open}
          >
            <IconSearch size={17} aria-hidden />
          </ActionIcon>
          <div className={classes.right}>
            <Live />
            <ModeSwitch />
          </div>
        </header>
        <main id="main" className={classes.main} tabIndex={-1} key={mode}>
          <Outlet />
        </main>
      </div>
      {palette && <Palette onClose={paletteHandlers.close} />}
    </div>
  );
}
