import { useState } from 'react';

type Theme = 'light' | 'dark';
const KEY = 'rollcall-theme';

const system = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

function chosen(): Theme | undefined {
  const theme = localStorage.getItem(KEY);
  return theme === 'light' || theme === 'dark' ? theme : undefined;
}

/** The theme of the system, until somebody chooses. */
export function useTheme(): { theme: Theme; toggle(): void } {
  const [theme, setTheme] = useState(() => show(chosen()));
  const toggle = () => {
    const next = theme === 'dark' ? 'light' : 'dark';
    localStorage.setItem(KEY, next);
    setTheme(show(next));
  };
  return { theme, toggle };
}

function show(theme: Theme | undefined): Theme {
  if (theme) document.documentElement.dataset['theme'] = theme;
  return theme ?? system();
}
