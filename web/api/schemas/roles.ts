import { z } from '@hono/zod-openapi';
import { ROLES } from '../../../schemas/dashboard.ts';

/** From the least to the most. Whoever has one may do what those before it may. */
export const Role = z.enum(ROLES).openapi('Role');
export type Role = z.infer<typeof Role>;

export const Me = z.object({ role: Role, name: z.string() }).openapi('Me');
export type Me = z.infer<typeof Me>;
