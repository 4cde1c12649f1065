import '@fontsource-variable/inter/wght.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Problem } from './api/client.ts';
import { router } from './router.tsx';
import { startSession } from './session/session.ts';
import './styles/tokens.css';
import './styles/base.css';
import { Failure } from './ui/states.tsx';

const isRefused = (error: Error) => error instanceof Problem && error.status >= 400 && error.status < 500;

const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 5000, retry: (count, error) => count < 2 && !isRefused(error) } },
});

const root = createRoot(document.querySelector('#root')!);
startSession().then(
  () =>
    root.render(
      <StrictMode>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </StrictMode>,
    ),
  (error: Error) => root.render(<Failure error={error} onRetry={() => location.assign('/')} />),
);
