import { Role } from './schemas/roles.ts';

const RANKS = Role.options;

export const may = (has: Role, needed: Role): boolean => RANKS.indexOf(has) >= RANKS.indexOf(needed);
