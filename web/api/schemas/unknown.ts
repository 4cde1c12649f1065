import { z } from '@hono/zod-openapi';
import { NamedPerson, Page, SignedAddress } from './common.ts';

export const UnknownQuery = Page;

const GroupFace = z.object({ image_id: z.string(), index: z.int(), crop: SignedAddress.nullable() });
export type GroupFace = z.infer<typeof GroupFace>;

/** Unknown faces that are probably one person. */
export const UnknownGroup = z
  .object({
    /** `g_…`, or `face:<photo>#<number>` for a few that are alike and for a face that is like no other. */
    group_id: z.string(),
    count: z.int(),
    /** In a list the first ones, otherwise all. */
    faces: z.array(GroupFace),
    /** Whom they are like, though not enough to be named, the likeliest first. Who was rejected is not among them. */
    suggestions: z.array(NamedPerson.extend({ similarity: z.number() })),
  })
  .openapi('UnknownGroup');
export type UnknownGroup = z.infer<typeof UnknownGroup>;

export const UnknownGroups = z
  .object({
    /** The largest first. */
    groups: z.array(UnknownGroup),
    /** null if the faces were never grouped. */
    grouped_at: z.string().nullable(),
    /** How many unknown faces have come since. */
    fresh: z.int(),
    /** What it takes to group these. */
    calls: z.int(),
    dollars: z.number(),
    cursor: z.string().optional(),
  })
  .openapi('UnknownGroups');
export type UnknownGroups = z.infer<typeof UnknownGroups>;

export const OneGroup = z.object({ group_id: z.string().min(1).max(1200) });

/** The execution that groups them, which can be followed. */
export const Grouping = z.object({ execution_arn: z.string() });
