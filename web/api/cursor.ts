import * as z from 'zod';
import { UsageError } from '../../client/failure.ts';

/** A cursor is a position in a list as text that nobody needs to understand. */
export const toCursor = (position: unknown): string => Buffer.from(JSON.stringify(position)).toString('base64url');

export function fromCursor<T>(schema: z.ZodType<T>, cursor: string | undefined): T | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (error) {
    throw new UsageError('The cursor is not one of this list. Leave it out to begin.', { cause: error });
  }
}

/** Where a list that is read from an index goes on. */
export const PositionCursor = z.record(z.string(), z.record(z.string(), z.string().min(1).max(2048)).nullable());

export const PhotoCursor = z.object({
  at: PositionCursor,
  seen: z.array(z.string()).max(10).optional(),
  day: z.iso.date().optional(),
});

export const GroupCursor = z.object({ grouped: z.int().min(0).optional(), alone: PositionCursor.optional() });

export const ExecutionCursor = z.record(
  z.string(),
  z.object({ token: z.string().max(4096).optional(), skip: z.int().min(0).max(100) }).nullable(),
);

/** How many of the given ids were tried, or where the list of what failed goes on. */
export const RedriveCursor = z.union([z.strictObject({ tried: z.int().min(0).max(500) }), PositionCursor]);
