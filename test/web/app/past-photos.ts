import type { Target } from '../../../client/deployment/target.ts';
import type { PersonId } from '../../../schemas/faces.ts';
import { aFace, aPhoto, aStranger } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { below, pick, randomFrom } from '../../support/random.ts';

const DAY_MS = 86_400_000;
const EMOTIONS = ['HAPPY', 'HAPPY', 'HAPPY', 'CALM', 'CALM', 'SURPRISED', 'SAD', 'CONFUSED'] as const;

/** Rows of photos on so many days up to one, more at weekends and in the evening. Their pictures are missing. */
export async function addPastPhotos(
  target: Target,
  { last, days, people }: { last: Date; days: number; people: readonly [PersonId, ...PersonId[]] },
): Promise<void> {
  const random = randomFrom(days);
  for (let back = 0; back < days; back += 1) {
    const date = new Date(last.getTime() - back * DAY_MS);
    const isWeekend = date.getUTCDay() % 6 === 0;
    const photos = below(isWeekend ? 14 : 5, random);
    for (let number = 0; number < photos; number += 1) {
      await putRows(target, 'results', ...photoRows(date.toISOString().slice(0, 10), number, people, random));
    }
  }
}

function photoRows(day: string, number: number, people: readonly [PersonId, ...PersonId[]], random: () => number) {
  const hour = random() < 0.6 ? 16 + below(7, random) : 7 + below(14, random);
  const timestamp = `${day}T${String(hour).padStart(2, '0')}:${10 + number}:00Z`;
  const image_id = `${day}-${number}.jpg`;
  const faces = Array.from({ length: below(5, random) }, (_, face_index) => {
    const record = `face#00${face_index}`;
    const emotions = [{ type: pick(EMOTIONS, random), confidence: 90 }];
    const of = { image_id, timestamp, record, face_index, emotions };
    return random() < 0.7 ? aFace({ ...of, person_id: pick(people, random) }) : aStranger(of);
  });
  const face_count = faces.length;
  return [aPhoto({ image_id, key: `input/${image_id}`, timestamp, day, face_count }), ...faces];
}
