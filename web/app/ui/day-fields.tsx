import { useState } from 'react';

export interface Days {
  from?: string | undefined;
  to?: string | undefined;
}

interface Props extends Days {
  /** The earliest and the latest day that can be chosen. */
  first?: string;
  last?: string;
  onChange(days: Days): void;
}

/** The first and the last day of a range. Where one passes the other, it takes it along. */
export const DayFields = ({ from, to, first, last, onChange }: Props) => {
  const limits = { min: first, max: last };
  return (
    <>
      <DayField
        {...limits}
        label="First day"
        value={from}
        onChange={(day) => onChange({ from: day, to: day && to && day > to ? day : to })}
      />
      <DayField
        {...limits}
        label="Last day"
        value={to}
        onChange={(day) => onChange({ from: day && from && day < from ? day : from, to: day })}
      />
    </>
  );
};

interface FieldProps {
  label: string;
  value: string | undefined;
  min: string | undefined;
  max: string | undefined;
  onChange(day: string | undefined): void;
}

function DayField({ label, value, min, max, onChange }: FieldProps) {
  // While a year is typed, its first digits are a year as well, which nobody means.
  const [typed, setTyped] = useState<string>();
  return (
    <label className="field">
      <span className="small muted">{label}</span>
      <input
        className="input"
        type="date"
        value={typed ?? value ?? ''}
        min={min}
        max={max}
        onChange={({ target }) => {
          setTyped(target.value);
          if (target.validity.valid) onChange(target.value || undefined);
        }}
        onBlur={() => setTyped(undefined)}
      />
    </label>
  );
}
