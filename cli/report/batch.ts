import { counted } from '../../client/text.ts';
import type { Batch } from '../../schemas/decisions.ts';
import type { Terminal } from '../terminal.ts';

export const noteBatch = (terminal: Terminal, what: string, batch: string) =>
  terminal.note(`${what}. To take it back: rollcall undo ${batch}`);

export const facesOf = (decisions: Batch['decisions']) =>
  `${counted(new Set(decisions.map(boxOf)).size, 'face')} in ${counted(new Set(decisions.map(({ image_id }) => image_id)).size, 'photo')}`;

/** Several decisions can be about one face. */
const boxOf = ({ image_id, bounding_box }: Batch['decisions'][number]) =>
  `${image_id} ${Object.values(bounding_box).join(' ')}`;
