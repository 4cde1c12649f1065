import '@fontsource-variable/inter/wght.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Problem, takeToken } from './api/client.ts';
import { router } from './router.tsx';
import './styles/tokens.css';
import './styles/base.css';

takeToken();

const isRefused = (error: Error) => error instanceof Problem && error.status >= 400 && error.status < 500;

const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 5000, retry: (count, error) => count < 2 && !isRefused(error) } },
});

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
