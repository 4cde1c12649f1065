export type TextReplacement = readonly [from: string, to: string];

/** Replaces each text everywhere in a JSON value, also within longer texts and in field names, in the given order. */
export function replaceTexts<T>(value: T, replacements: readonly TextReplacement[]): T {
  const escaped = (text: string) => JSON.stringify(text).slice(1, -1);
  const json = replacements.reduce(
    (text, [from, to]) => text.replaceAll(escaped(from), () => escaped(to)),
    JSON.stringify(value),
  );
  return JSON.parse(json) as T;
}
