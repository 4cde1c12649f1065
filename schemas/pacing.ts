import * as z from 'zod';

/**
 * Work in bulk has a lane of its own, so that a photo that somebody waits for is not behind ten thousand others. Set as
 * `lane` in the object's metadata, or in the `detail` of an execution's input.
 */
export const Lane = z.enum(['interactive', 'bulk']);
export type Lane = z.infer<typeof Lane>;

/** Of the object, without the prefix `x-amz-meta-`. */
export const LANE_METADATA = 'lane';

/** The time at which a paid call may be made, in milliseconds since 1970. */
export const Slot = z.number().positive();
export type Slot = z.infer<typeof Slot>;

/** The end of a Wait state. Absent if the slot is so near that the task itself waits for it. */
export const WaitUntil = z.iso.datetime().optional();

/** A search that came too late for its slot got this one. The machine waits for it, then searches. */
export const Postponement = z.strictObject({ search_at: Slot, wait_until: z.iso.datetime() });
export type Postponement = z.infer<typeof Postponement>;
