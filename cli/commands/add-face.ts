import { Command } from 'commander';
import { isDeepStrictEqual } from 'node:util';
import { decide } from '../../client/decisions/decide.ts';
import { findPhotos } from '../../client/decisions/faces.ts';
import { personCalled } from '../../client/decisions/person.ts';
import { readFaces } from '../../client/deployment/queries.ts';
import { type TargetOptions } from '../../client/deployment/target.ts';
import { UsageError } from '../../client/failure.ts';
import { printable } from '../../client/text.ts';
import type { BoundingBox } from '../../schemas/faces.ts';
import type { PhotoRecord } from '../../schemas/records.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { noteBatch } from '../report/batch.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

export const addFaceCommand = (terminal: Terminal) =>
  new Command('add-face')
    .summary('draw a face that was not found')
    .description(
      'Adds a face where none was found. The box is given in pixels of the upright picture, or in shares of it, from 0 to 1.',
    )
    .argument('<photo>', 'as results names it')
    .argument('<left>')
    .argument('<top>')
    .argument('<width>')
    .argument('<height>')
    .argument('[name]', 'who it is')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall add-face party.jpg 120 80 64 64 "John Doe"')
    .action(
      (imageId: string, left: string, top: string, width: string, height: string, ...rest: [string?, TargetOptions?]) =>
        withExistingAccount(rest[1]!, terminal, async (target) => {
          const person = rest[0] === undefined ? undefined : await personCalled(target, rest[0]);
          const photo = (await findPhotos(target, [imageId])).get(imageId)!;
          const bounding_box = boxIn(photo, [left, top, width, height]);
          const decision = {
            kind: 'FACE',
            image_id: imageId,
            etag: photo.etag,
            bounding_box,
            source: 'manual',
            ...(person ? { person_id: person.person_id } : {}),
          } as const;
          const people = person === undefined ? [] : [{ person_id: person.person_id, name: person.name }];
          const batch = await decide(target, terminal.signal, { people, decisions: [decision] });
          const drawn = (await readFaces(target, photo)).find((face) =>
            isDeepStrictEqual(face.bounding_box, bounding_box),
          );
          const where = drawn ? `${imageId}#${drawn.face_index}` : imageId;
          noteBatch(terminal, `A face was added: ${printable(where)}`, batch);
        }),
    );

function boxIn({ image_id, width = 1, height = 1 }: PhotoRecord, given: readonly string[]): BoundingBox {
  const numbers = given.map(Number);
  const shares = numbers.every((number) => number <= 1);
  const [x, y] = shares ? [1, 1] : [width, height];
  const box = {
    left: numbers[0]! / x,
    top: numbers[1]! / y,
    width: numbers[2]! / x,
    height: numbers[3]! / y,
  };
  const inside = box.left >= 0 && box.top >= 0 && box.left + box.width <= 1 && box.top + box.height <= 1;
  if (inside && box.width > 0 && box.height > 0) return box;
  throw new UsageError(
    `The box ${given.join(' ')} is not within ${printable(image_id)}, which has ${width} x ${height} pixels.`,
  );
}
