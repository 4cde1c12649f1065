import { GetObjectCommand } from '@aws-sdk/client-s3';
import type * as z from 'zod';
import { Comparisons, UnknownGroups, type GroupedFace } from '../../schemas/grouping.ts';
import { COMPARISONS_KEY, faceRecordOf, GROUPS_KEY, vectorIdOf } from '../../schemas/keys.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { readJsonIfThere } from '../deployment/objects.ts';
import { readPage, type Position } from '../deployment/pages.ts';
import { pagesInPart, readPartsOfFaces } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { Kept } from '../kept.ts';

/** What the list needs of a face: little, because a page can have a thousand. */
const UnknownFace = FaceRecord.pick({
  image_id: true,
  record: true,
  face_index: true,
  status: true,
  crop_key: true,
  candidate: true,
});
type UnknownFace = z.infer<typeof UnknownFace>;

/** Unknown faces that are probably one person, a few that are alike, or one that is like no other. */
export interface Group {
  readonly id: string;
  /** Of a large group the first ones, unless it was asked for alone. */
  readonly faces: readonly UnknownFace[];
  /** How many of its faces are unknown still. Of a large group at most so many. */
  readonly count: number;
}

/** Where a list goes on: first what was grouped, the largest first, then the faces in no group. */
export interface GroupPosition {
  readonly grouped?: number | undefined;
  readonly alone?: Position | undefined;
}

export interface GroupPage {
  readonly groups: readonly Group[];
  readonly grouped_at: string | undefined;
  readonly next?: GroupPosition;
}

/** What the last grouping wrote. */
interface Grouping {
  readonly etag: string;
  readonly grouped_at: string | undefined;
  readonly groups: readonly { readonly id: string | undefined; readonly faces: readonly GroupedFace[] }[];
  /** The place of the group that a face is in, by its crop. */
  readonly places: ReadonlyMap<string, number>;
}

/** Of a large group so many faces are read for a list: all of most groups. The others are asked for when it is their turn. */
const READ_OF_GROUP = 12;
/** Rows that one page reads at most. */
const MAX_READ = 2000;
/** How long the number of new faces is given again, and up to which age while they are counted, in milliseconds. */
const [KEPT_MS, STALE_MS] = [30_000, 600_000];
const NOT_GROUPED: Grouping = { etag: '', grouped_at: undefined, groups: [], places: new Map() };
const WithCrop = FaceRecord.pick({ crop_key: true });

/** The unknown faces in groups, by pages: only the faces of a page are read. */
export class UnknownPages {
  readonly #target: Target;
  readonly #fresh: Kept<number>;
  #grouping = NOT_GROUPED;
  #reading: Promise<Grouping> | undefined;

  constructor(target: Target, now = () => new Date()) {
    this.#target = target;
    this.#fresh = new Kept({ keptMs: KEPT_MS, staleMs: STALE_MS, now });
  }

  /** A page may be short, or empty, and still not the last. */
  async list(limit: number, from: GroupPosition = { grouped: 0 }): Promise<GroupPage> {
    const grouping = await this.#readGrouping();
    const { grouped_at } = grouping;
    const groups: Group[] = [];
    let read = 0;
    let at = from.grouped ?? grouping.groups.length;
    while (at < grouping.groups.length && groups.length < limit && read < MAX_READ) {
      const places: number[] = [];
      for (; at < grouping.groups.length && groups.length + places.length < limit && read < MAX_READ; at += 1) {
        places.push(at);
        read += Math.min(READ_OF_GROUP, grouping.groups[at]!.faces.length);
      }
      groups.push(...(await this.#read(grouping, places, READ_OF_GROUP)));
    }
    if (at < grouping.groups.length) return { groups, grouped_at, next: { grouped: at } };
    let alone: Position | undefined = from.alone ?? {};
    while (alone && groups.length < limit && read < MAX_READ) {
      const page: Awaited<ReturnType<typeof readAlone>> = await readAlone(this.#target, limit - groups.length, alone);
      read += page.rows.length + 1;
      groups.push(...page.rows.filter((face) => isAlone(grouping, face)).map(groupOfOne));
      alone = page.next;
    }
    return { groups, grouped_at, ...(alone && { next: { alone } }) };
  }

  /** One group with all of its faces that are unknown still. */
  async find(id: string): Promise<Group | undefined> {
    const grouping = await this.#readGrouping();
    const place = grouping.groups.findIndex((group) => group.id === id);
    if (place !== -1) return (await this.#read(grouping, [place], Infinity))[0];
    const [, image_id, index] = /^face:(.+)#(\d{1,3})$/su.exec(id) ?? [];
    // DynamoDB's limit for the value of a partition key.
    if (image_id === undefined || Buffer.byteLength(image_id) > 2048) return undefined;
    const [face] = await readPartsOfFaces(this.#target, UnknownFace, [
      { image_id, record: faceRecordOf(Number(index)) },
    ]);
    if (face?.status !== 'UNKNOWN' || face.crop_key === undefined) return undefined;
    const shared = grouping.places.get(face.crop_key);
    if (shared === undefined) return groupOfOne(face);
    const [group] = await this.#read(grouping, [shared], Infinity);
    return group?.id === id ? group : undefined;
  }

  /** How many unknown faces have come since they were grouped. */
  async countFresh(): Promise<number> {
    const { etag } = await this.#readGrouping();
    return this.#fresh.get(etag, (inBackground) => countFresh(this.#target, inBackground));
  }

  /** The groups in these places, without those of which no face is unknown any more. Of each, at most so many faces. */
  async #read({ groups }: Grouping, places: readonly number[], most: number): Promise<Group[]> {
    const found = new Map<number, Group>();
    let left = places;
    for (let start = 0; left.length > 0; start += most) {
      const parts = left.map((place) => ({ place, asked: groups[place]!.faces.slice(start, start + most) }));
      const rows = await this.#readRows(parts.flatMap(({ asked }) => asked));
      for (const { place, asked } of parts) {
        const { id, faces } = groups[place]!;
        const [first, ...others] = asked.flatMap(({ crop_key }) => rows.get(crop_key) ?? []).filter(isUnknown);
        if (!first) continue;
        const present = [first, ...others];
        const count = faces.length - start - (asked.length - present.length);
        found.set(place, { id: id ?? idOf(first), faces: present, count });
      }
      left = left.filter((place) => !found.has(place) && groups[place]!.faces.length > start + most);
    }
    return places.flatMap((place) => found.get(place) ?? []);
  }

  /** By their crops. */
  async #readRows(faces: readonly GroupedFace[]): Promise<Map<string | undefined, UnknownFace>> {
    const keys = faces.map(({ image_id, face_index }) => ({ image_id, record: faceRecordOf(face_index) }));
    // Faces of an older and of a newer version of a photo can have the same row.
    const different = new Map(keys.map((key) => [`${key.record} ${key.image_id}`, key]));
    const rows = await readPartsOfFaces(this.#target, UnknownFace, [...different.values()]);
    return new Map(rows.map((row) => [row.crop_key, row]));
  }

  /** Once for who asks meanwhile. */
  #readGrouping(): Promise<Grouping> {
    this.#reading ??= this.#readChangedGrouping().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** The file is read again only when it has changed. */
  async #readChangedGrouping(): Promise<Grouping> {
    const { s3, deployment } = this.#target;
    const { etag } = this.#grouping;
    const get = new GetObjectCommand({
      Bucket: deployment.bucket,
      Key: GROUPS_KEY,
      ...(etag !== '' && { IfNoneMatch: etag }),
    });
    try {
      const { Body, ETag = '' } = await s3.send(get);
      const text = (await Body?.transformToString()) ?? '';
      this.#grouping = groupingOf(UnknownGroups.parse(JSON.parse(text)), ETag);
    } catch (error) {
      const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
      if (name === 'NoSuchKey') this.#grouping = NOT_GROUPED;
      else if ($metadata?.httpStatusCode !== 304) throw error;
    }
    return this.#grouping;
  }
}

function groupingOf({ grouped_at, groups: found, suggestions }: UnknownGroups, etag: string): Grouping {
  const groups = [
    ...found.toSorted((a, b) => b.faces.length - a.faces.length),
    ...suggestions.map((faces) => ({ id: undefined, faces })),
  ];
  const places = new Map(groups.flatMap(({ faces }, place) => faces.map(({ crop_key }) => [crop_key, place] as const)));
  return { etag, grouped_at, groups, places };
}

const isUnknown = ({ status }: UnknownFace) => status === 'UNKNOWN';
const isAlone = ({ places }: Grouping, { crop_key }: UnknownFace) => crop_key !== undefined && !places.has(crop_key);
const idOf = ({ image_id, face_index }: UnknownFace) => `face:${image_id}#${face_index}`;
const groupOfOne = (face: UnknownFace): Group => ({ id: idOf(face), faces: [face], count: 1 });

const readAlone = (target: Target, limit: number, from: Position) =>
  readPage(target, {
    table: 'results',
    index: 'by-status',
    values: ['UNKNOWN'],
    order: 'asc',
    schema: FaceRecord,
    limit,
    from,
  });

async function countFresh(target: Target, inBackground: boolean): Promise<number> {
  const comparisons = await readJsonIfThere(target, COMPARISONS_KEY, Comparisons);
  const compared = new Set(comparisons?.faces.map(({ id }) => id));
  let count = 0;
  const unknown = { table: 'results', index: 'by-status', value: 'UNKNOWN', schema: WithCrop } as const;
  for await (const faces of pagesInPart(target, unknown, inBackground)) {
    for (const { crop_key } of faces) if (crop_key !== undefined && !compared.has(vectorIdOf(crop_key))) count += 1;
  }
  return count;
}
