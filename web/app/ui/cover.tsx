import './cover.css';

interface Props {
  url: string | null | undefined;
  name: string;
  size?: 'small' | 'large';
}

/** The face of a person, or the first letters of the name. The name itself stands beside it. */
export const Cover = ({ url, name, size = 'small' }: Props) =>
  url ? (
    <img className={`cover is-${size}`} src={url} alt="" loading="lazy" />
  ) : (
    <span className={`cover is-${size}`} aria-hidden>
      {initialsOf(name)}
    </span>
  );

const initialsOf = (name: string) =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => /\p{L}|\p{N}/u.exec(word)?.[0] ?? '')
    .join('')
    .toUpperCase();
