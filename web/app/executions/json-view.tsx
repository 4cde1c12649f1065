import { Copy } from 'lucide-react';
import { IconButton } from '../ui/controls.tsx';
import { say } from '../ui/messages.tsx';

export const copy = async (what: string, value: string) => {
  await navigator.clipboard.writeText(value);
  say(`${what} copied`);
};

/** JSON as it can be read. What is none is shown as it is. */
export function JsonView({ title, json }: { title: string; json: string | undefined }) {
  if (json === undefined) return null;
  const shown = readable(json);
  return (
    <section className="json" aria-label={title}>
      <header className="row">
        <h3 className="grow">{title}</h3>
        <IconButton label={`Copy the ${title.toLowerCase()}`} small onPress={() => void copy(title, shown)}>
          <Copy size={14} />
        </IconButton>
      </header>
      {/* It can be longer than its room, and so must be reached by the keyboard. */}
      <pre tabIndex={0}>{shown}</pre>
    </section>
  );
}

function readable(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
