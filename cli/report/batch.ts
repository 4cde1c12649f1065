import { counted } from '../../client/text.ts';
import type { NewDecision } from '../../schemas/decisions.ts';
import type { Terminal } from '../terminal.ts';

export const noteBatch = (terminal: Terminal, what: string, batch: string) =>
  terminal.note(`${what}. To take it back: rollcall undo ${batch}`);

export const facesOf = (decisions: readonly NewDecision[]) =>
  `${counted(new Set(decisions.map(boxOf)).size, 'face')} in ${counted(new Set(decisions.map(({ image_id }) => image_id)).size, 'photo')}`;

/** Several decisions can be about one face. */
const boxOf = ({ image_id, bounding_box }: NewDecision) => `${image_id} ${Object.values(bounding_box).join(' ')}`;
