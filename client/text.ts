/** Escapes control and direction characters, so that a name stays on one line and cannot move the cursor. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/gu, (c) =>
    c === '\n' ? '\\n' : `\\u{${c.codePointAt(0)!.toString(16)}}`,
  );
}

/** `1 photo`, `2 photos`. */
export const counted = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
