import { CalendarDays, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog, DialogTrigger, ListBox, ListBoxItem, Popover, type Selection } from 'react-aria-components';
import { Button } from './controls.tsx';
import { DayFields, type Days } from './day-fields.tsx';
import { sentence } from './format.ts';
import './pick.css';

interface PickProps {
  label: string;
  icon: ReactNode;
  chosen: string | undefined;
  children: ReactNode | ((opened: { close(): void }) => ReactNode);
}

/** A filter: a button that tells what is chosen, and opens what there is to choose. */
export const Pick = ({ label, icon, chosen, children }: PickProps) => (
  <DialogTrigger>
    <Button small className={`filter ${chosen ? 'is-set' : ''}`} aria-label={chosen ? `${label}: ${chosen}` : label}>
      {icon}
      <bdi className="cut filter-text">{chosen || label}</bdi>
      <ChevronDown size={13} aria-hidden />
    </Button>
    <Popover className="popover" placement="bottom start">
      <Dialog aria-label={label} className="filter-dialog">
        {children}
      </Dialog>
    </Popover>
  </DialogTrigger>
);

export const keysOf = (selection: Selection): string[] => (selection === 'all' ? [] : [...selection].map(String));

interface OneOfProps {
  label: string;
  icon: ReactNode;
  values: readonly string[];
  /** What a value is called. */
  text?: (value: string) => string;
  chosen: string | undefined;
  onChange(value: string | undefined): void;
}

/** One of several values, or none: who chooses it again takes it away. */
export const OneOf = ({ label, icon, values, text = sentence, chosen, onChange }: OneOfProps) => (
  <Pick label={label} icon={icon} chosen={chosen && text(chosen)}>
    {({ close }) => (
      <ListBox
        aria-label={label}
        selectionMode="single"
        selectedKeys={chosen ? [chosen] : []}
        onSelectionChange={(keys) => {
          onChange(keysOf(keys)[0]);
          close();
        }}
        // It closes the list, and leaves what is chosen.
        escapeKeyBehavior="none"
        className="filter-list"
        autoFocus
      >
        {values.map((value) => (
          <ListBoxItem key={value} id={value} textValue={text(value)} className="option">
            {text(value)}
          </ListBoxItem>
        ))}
      </ListBox>
    )}
  </Pick>
);

/** Days, both included. */
export const TimeFilter = ({ from, to, onChange }: Days & { onChange(days: Days): void }) => (
  <Pick
    label="Time"
    icon={<CalendarDays size={15} />}
    chosen={from || to ? `${from ?? '…'} – ${to ?? '…'}` : undefined}
  >
    <div className="filter-days">
      <DayFields from={from} to={to} onChange={onChange} />
    </div>
  </Pick>
);
