import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { CircleDot, Workflow, X } from 'lucide-react';
import { EXECUTION_STATUSES } from '../../../schemas/executions.ts';
import type { Execution } from '../../api/schemas/executions.ts';
import { LIVE, pagesQuery } from '../api/queries.ts';
import { Button, IconButton } from '../ui/controls.tsx';
import { OneOf, TimeFilter } from '../ui/pick.tsx';
import { Loaded, Notice } from '../ui/states.tsx';
import { ExecutionTable } from './execution-table.tsx';
import './executions.css';
import { RedriveAll } from './redrive-all.tsx';
import { type ExecutionsSearch, MACHINES, queryOf } from './search.ts';

export function ExecutionsPage() {
  const search = useSearch({ from: '/executions' });
  const { sort, ...filters } = search;
  const navigate = useNavigate({ from: '/executions' });
  const query = useInfiniteQuery({
    ...pagesQuery<Execution>('/executions', queryOf(filters)),
    refetchInterval: ({ state }) => (state.data && state.data.pages.length === 1 ? 2 * LIVE : false),
  });
  const executions = query.data?.pages.flatMap(({ items }) => items);
  // What is undefined is left out of the address.
  const set = (next: { [Name in keyof ExecutionsSearch]: ExecutionsSearch[Name] | undefined }) =>
    void navigate({ search: { ...search, ...next } as ExecutionsSearch, replace: true });
  const isFiltered = Object.keys(filters).length > 0;
  const clear = () => void navigate({ search: {}, replace: true });
  return (
    <div className="page">
      <header className="page-head">
        <h1>Executions</h1>
        <div className="row wrap grow filters" role="group" aria-label="Filters">
          <OneOf
            label="State machine"
            icon={<Workflow size={15} />}
            values={MACHINES}
            text={(machine) => machine}
            chosen={filters.machine}
            onChange={(machine) => set({ machine })}
          />
          <OneOf
            label="Status"
            icon={<CircleDot size={15} />}
            values={EXECUTION_STATUSES}
            chosen={filters.status}
            onChange={(status) => set({ status })}
          />
          <TimeFilter from={filters.from} to={filters.to} onChange={set} />
          {isFiltered && (
            <IconButton label="Clear the filters" small onPress={clear}>
              <X size={16} />
            </IconButton>
          )}
        </div>
        <RedriveAll filters={filters} />
      </header>
      <Loaded query={{ ...query, data: executions }}>
        {(all) =>
          all.length === 0 ? (
            <Notice icon={Workflow} title="No such execution">
              <p className="muted">Each photo that is uploaded starts one.</p>
              {isFiltered ? (
                <Button onPress={clear}>Clear the filters</Button>
              ) : (
                <Link to="/" className="button">
                  Upload photos
                </Link>
              )}
            </Notice>
          ) : (
            <ExecutionTable executions={all} sort={sort} onSort={(next) => set({ sort: next })} />
          )
        }
      </Loaded>
      {query.hasNextPage && (
        <div className="row">
          <Button onPress={() => void query.fetchNextPage()} isDisabled={query.isFetchingNextPage}>
            Show older ones
          </Button>
          {sort && <span className="small muted">Only those that are shown are sorted.</span>}
        </div>
      )}
    </div>
  );
}
