import { z } from '@hono/zod-openapi';
import { MAX_SIDECAR_BYTES } from '../../../client/xmp/regions.ts';
import { ImageId, NamedPerson } from './common.ts';

export const SidecarQuery = z.object({
  cursor: z.string().max(4000).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});

export const NewSidecars = z
  .strictObject({
    /** XMP as text, and the photo that each belongs to. */
    sidecars: z
      .array(z.strictObject({ image_id: ImageId, xmp: z.string().max(MAX_SIDECAR_BYTES) }))
      .min(1)
      .max(500),
  })
  .openapi('NewSidecars');

export const TakenSidecars = z
  .object({
    /** The act, to undo it. null if there was no new name. */
    batch: z.string().nullable(),
    /** Who is named in the sidecars. */
    people: z.array(NamedPerson),
    /** Faces that got a name, and names that were known before. */
    named: z.int(),
    known: z.int(),
    /** Sidecars that were left out, and why. */
    problems: z.array(z.object({ image_id: z.string(), problem: z.string() })),
  })
  .openapi('TakenSidecars');
