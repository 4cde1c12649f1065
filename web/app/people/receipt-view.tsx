import { ShieldCheck } from 'lucide-react';
import type { Receipt } from '../../../schemas/forgetting.ts';
import { numberText, sentence, timeText } from '../ui/format.ts';

/** What was removed and how it was checked, without saying who. */
export const ReceiptView = ({ receipt }: { receipt: Receipt }) => (
  <div className="receipt">
    <p className="row">
      <ShieldCheck size={18} className="is-ok" aria-hidden /> {timeText(receipt.ended_at)}
    </p>
    <Counts title="Removed" counts={receipt.removed} />
    <Counts title="Read back, without finding the person" counts={receipt.checked} />
    {receipt.remains.map(({ what, until }) => (
      <p key={what} className="small muted">
        Remains until {timeText(until)}: {what}
      </p>
    ))}
    <p className="small muted">
      Receipt <code>{receipt.id}</code>
      <br />
      SHA-256 <code>{receipt.sha256}</code>
    </p>
  </div>
);

const Counts = ({ title, counts }: { title: string; counts: Readonly<Record<string, number>> }) => (
  <section>
    <h3>{title}</h3>
    <dl className="facts">
      {Object.entries(counts)
        .filter(([, count]) => count > 0)
        .map(([kind, count]) => (
          <div key={kind}>
            <dt>{sentence(kind)}</dt>
            <dd className="number">{numberText(count)}</dd>
          </div>
        ))}
    </dl>
  </section>
);
