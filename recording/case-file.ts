import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { Case } from '../schemas/case.ts';

/** A file that cannot be replayed. The message names the file, the reason and what to do. */
export class CaseFileError extends Error {
  override name = 'CaseFileError';
}

/** Reads a case that `rollcall record` wrote. Rejects with a CaseFileError. */
export async function readCase(file: string): Promise<Case> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new CaseFileError(
      `${file} cannot be read: ${(error as Error).message}. Write a case with: rollcall record <execution> -o ${file}`,
      { cause: error },
    );
  }
  try {
    return Case.parse(JSON.parse(text));
  } catch (error) {
    throw new CaseFileError(
      `${file} is not a case: ${reasonOf(error)}. Write a case with: rollcall record <execution> -o <file>`,
      {
        cause: error,
      },
    );
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return (error as Error).message;
  const [{ path, message } = { path: [], message: 'it is of another form' }] = error.issues;
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
}
