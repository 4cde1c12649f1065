import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createClients } from '../../local/clients.ts';
import type { Deployment } from '../../schemas/deployment.ts';
import { Receipt } from '../../schemas/forgetting.ts';
import { personIdOf } from '../../schemas/keys.ts';
import { Processed } from '../../schemas/processed.ts';
import { searchEverything, type Searched } from '../forgetting/everything.ts';
import { photosOfAPair } from './photos.ts';
import type { TestEnvironment } from './test-environment.ts';

const NAME = 'Otis Quillfeather';
const ID = personIdOf(NAME);

/** Otis in a deployed account, by the commands with `--aws`. */
class Otis {
  readonly #environment: TestEnvironment;
  readonly #account: Searched;
  readonly #folder: string;
  #faceIds: readonly string[] = [];

  private constructor(environment: TestEnvironment, account: Searched, folder: string) {
    this.#environment = environment;
    this.#account = account;
    this.#folder = folder;
  }

  /** With a portrait, and with two photos that show him beside somebody else. */
  static async with(environment: TestEnvironment, deployment: Deployment): Promise<Otis> {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-otis-'));
    const files = Object.entries(await photosOfAPair());
    for (const [name, bytes] of files) await writeFile(join(folder, `${name}.jpg`), bytes);
    const clients = createClients({ url: environment.url, region: deployment.region });
    return new Otis(environment, { ...clients, deployment }, folder);
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Runs a command, which must succeed, and gives what it printed. */
  async run(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#environment.rollcall(...args);
    if (code !== 0) throw new Error(`rollcall ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return stdout;
  }

  /** How the faces of both photos are named, from left to right. */
  async faces(): Promise<Record<string, string[]>> {
    const all: Record<string, string[]> = {};
    for (const photo of ['pair.jpg', 'smaller.jpg']) {
      const { faces } = Processed.parse(JSON.parse(await this.run('show', photo, '--json')));
      const byPlace = faces.toSorted((a, b) => a.bounding_box.left - b.bounding_box.left);
      all[photo] = byPlace.map(({ status, source, person = 'nobody' }) => `${status} by ${source}: ${person}`);
    }
    return all;
  }

  /** How many faces he has in the collection. They are searched for later. */
  async enrolledFaces(): Promise<number> {
    const { rekognition, deployment } = this.#account;
    const { Faces = [] } = await rekognition.send(new ListFacesCommand({ CollectionId: deployment.collection }));
    this.#faceIds = Faces.flatMap(({ FaceId, ExternalImageId }) => (ExternalImageId === ID ? FaceId! : []));
    return this.#faceIds.length;
  }

  async exported(): Promise<unknown> {
    const { counts } = JSON.parse(await readFile(this.path('export/index.json'), 'utf8')) as { counts: unknown };
    return counts;
  }

  /** Where in buckets, tables, collections and queues he is found. */
  traces(): Promise<string[]> {
    return searchEverything(this.#account, [NAME, 'Quillfeather', ID, ...this.#faceIds]);
  }

  async receipt(printed: string): Promise<Receipt> {
    const { s3, deployment } = this.#account;
    const Key = /^Receipt: (\S+),/m.exec(printed)?.[1];
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: deployment.bucket, Key }));
    return Receipt.parse(JSON.parse((await Body?.transformToString()) ?? ''));
  }

  leave(): Promise<void> {
    return rm(this.#folder, { recursive: true });
  }
}

/**
 * Two photos show him before anybody knows him. He is named, enrolled, found, explained, exported and forgotten. Gives
 * where anything of him is found after that.
 */
export async function tellOfOtis(environment: TestEnvironment, deployment: Deployment): Promise<string[]> {
  const otis = await Otis.with(environment, deployment);
  const nobody = 'UNKNOWN by machine: nobody';
  try {
    await otis.run('recognize', otis.path('pair.jpg'), otis.path('smaller.jpg'));
    expect(await otis.faces()).toStrictEqual({ 'pair.jpg': [nobody, nobody], 'smaller.jpg': [nobody, nobody] });

    // The portrait alone is to be found in the collection.
    await otis.run('name', 'pair.jpg#1', 'Otis Quillfeather', '--no-enroll');
    await otis.run('enroll', 'Otis Quillfeather', otis.path('portrait.jpg'));
    expect(await otis.enrolledFaces()).toBe(1);
    await otis.run('re-recognize');
    expect(await otis.faces()).toStrictEqual({
      'pair.jpg': ['MATCHED by manual: Otis Quillfeather', nobody],
      'smaller.jpg': ['MATCHED by propagated: Otis Quillfeather', nobody],
    });
    expect(JSON.parse(await otis.run('why', 'smaller.jpg#1', '--json'))).toMatchObject({
      status: 'MATCHED',
      reason: 'SIMILARITY_ABOVE_THRESHOLD',
      source: 'propagated',
      decisions: [{ kind: 'PERSON', source: 'propagated' }],
    });
    await otis.run('export', 'Otis Quillfeather', '--to', otis.path('export'));
    expect(await otis.exported()).toStrictEqual({
      portraits: 1,
      crops: 2,
      processed: 2,
      people: 3,
      faces: 2,
      decisions: 2,
      missing: 0,
    });

    expect((await otis.traces()).length).toBeGreaterThan(10);
    const { removed } = await otis.receipt(await otis.run('forget', 'Otis Quillfeather', '--yes'));
    expect(removed).toMatchObject({ vectors: 1, people_rows: 3, faces: 2, crops: 2, decisions: 2, results: 2 });
    expect(await otis.faces()).toStrictEqual({ 'pair.jpg': [nobody, nobody], 'smaller.jpg': [nobody, nobody] });
    expect(await otis.run('people')).not.toContain('Otis');
    return await otis.traces();
  } finally {
    await otis.leave();
  }
}
