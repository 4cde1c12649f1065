import { z } from '@hono/zod-openapi';

export const CollectionImport = z
  .object({
    items: z.array(
      z.object({
        /** What the other software called the faces. */
        external_id: z.string(),
        faces: z.int(),
        /** Whom they are taken for. null for those that are left out. */
        person_id: z.string().nullable(),
        name: z.string().nullable(),
        /** Who has the name by now, if it is not a new person. */
        counts_for: z.string().nullable(),
        /** Why it is left out. */
        problem: z.string().nullable(),
      }),
    ),
    /** Faces of Rollcall's own, and faces of which nobody can tell whose they are. */
    own: z.int(),
    nameless: z.int(),
  })
  .openapi('CollectionImport');
