import { Outlet, useRouterState } from '@tanstack/react-router';
import { LogOut, Moon, Sun } from 'lucide-react';
import { useEffect } from 'react';
import { currentSession } from '../session/session.ts';
import { IconButton } from '../ui/controls.tsx';
import { Messages } from '../ui/messages.tsx';
import { Navigation } from './navigation.tsx';
import './shell.css';
import { useTheme } from './theme.ts';

export function Shell() {
  const { theme, toggle } = useTheme();
  const { signOut } = currentSession();
  useFocusOnNewPage();
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="side">
        <p className="brand">
          <img src="/icon.svg" width={26} height={26} alt="" />
          <span>Rollcall</span>
        </p>
        <Navigation />
        <IconButton label={theme === 'dark' ? 'Light theme' : 'Dark theme'} onPress={toggle} className="theme">
          {theme === 'dark' ? <Sun size={17} /> : <Moon size={17} />}
        </IconButton>
        {signOut && (
          <IconButton label="Sign out" onPress={() => void signOut()} className="theme">
            <LogOut size={17} />
          </IconButton>
        )}
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <Messages />
    </div>
  );
}

/** After a change of page the reading goes on at its top, as after the loading of a document. */
function useFocusOnNewPage() {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  useEffect(() => {
    const main = document.querySelector<HTMLElement>('#main');
    if (main && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
  }, [path]);
}
