import { CircleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './controls.tsx';
import './states.css';

interface Notice {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
}

/** What stands where there is nothing to show: what it means and what to do. */
export const Notice = ({ icon: Icon, title, children }: Notice) => (
  <section className="notice">
    <span className="notice-icon">
      <Icon size={22} strokeWidth={1.8} aria-hidden />
    </span>
    <h2>{title}</h2>
    {children}
  </section>
);

export const Failure = ({ error, onRetry }: { error: Error; onRetry?: () => void }) => (
  <div role="alert">
    <Notice icon={CircleAlert} title={error.name === 'Error' ? 'Something went wrong' : error.name}>
      <p className="muted">{error.message}</p>
      {onRetry && <Button onPress={onRetry}>Try again</Button>}
    </Notice>
  </div>
);

/** Grey shapes in place of what is on its way. They come late, so that a quick answer does not flash. */
export const Loading = ({ of = 12, height = 150 }: { of?: number; height?: number }) => (
  <div className="loading" role="status" aria-label="Loading">
    {Array.from({ length: of }, (_, index) => (
      <span key={index} style={{ height }} />
    ))}
  </div>
);

interface Asked<Data> {
  query: { data: Data | undefined; error: Error | null; refetch(): unknown };
  children(data: Data): ReactNode;
  loading?: ReactNode;
}

/** Shows what a query brought, or that it is on its way, or what went wrong. */
export function Loaded<Data>({ query, children, loading = <Loading /> }: Asked<Data>) {
  if (query.data !== undefined) return children(query.data);
  return query.error ? <Failure error={query.error} onRetry={() => void query.refetch()} /> : loading;
}
