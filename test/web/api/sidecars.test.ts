import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSidecar } from '../../../client/xmp/read.ts';
import { writeSidecar } from '../../../client/xmp/write.ts';
import { personIdOf } from '../../../schemas/keys.ts';
import { TakenSidecars } from '../../../web/api/schemas/sidecars.ts';
import { aPhoto } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { aPhotoOf, colouredEngine } from '../../support/coloured-faces.ts';
import { anApi, type TestApi } from './an-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await anApi({ engine: colouredEngine() });
  await api.account.upload('input/red.jpg', await aPhotoOf(['red'], 5));
  await api.account.upload('input/2026/blue.jpg', await aPhotoOf(['blue'], 6));
  await api.account.idle();
}, 60_000);
afterAll(() => api.account.close());

/** Every archive, as its files and the names in each. */
async function archives(limit: number): Promise<Record<string, (string | undefined)[]>[]> {
  const found: Record<string, (string | undefined)[]>[] = [];
  let path: string | undefined = `/api/sidecars?limit=${limit}`;
  while (path) {
    const response: Response = await api.raw(path, { headers: { authorization: 'Bearer editor' } });
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    const named = Object.entries(files).map(
      ([name, bytes]) => [name, readSidecar(strFromU8(bytes)).regions.map((region) => region.name)] as const,
    );
    found.push(Object.fromEntries(named));
    path = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
  }
  return found;
}

test('names are taken from sidecars in one act, come out again in archives, and can be undone', async () => {
  const { body: photo } = await api.ask('/api/photos/red.jpg');
  const { faces, width, height } = photo as { faces: { bounding_box: never }[]; width: number; height: number };
  const xmp = writeSidecar({
    dimensions: { width, height },
    regions: [{ name: 'Zoë <Doe>', box: faces[0]!.bounding_box }],
  });
  const send = async () => {
    const sidecars = [
      { image_id: 'red.jpg', xmp },
      { image_id: 'gone.jpg', xmp },
      { image_id: '2026/blue.jpg', xmp: '<a>' },
    ];
    return TakenSidecars.parse(
      (await api.ask('/api/sidecars', { method: 'POST', body: { sidecars }, role: 'editor' })).body,
    );
  };
  const problems = [
    { image_id: 'gone.jpg', problem: 'There is no photo gone.jpg. rollcall results lists them all.' },
    { image_id: '2026/blue.jpg', problem: expect.stringMatching(/^it is not well-formed XML/) as string },
  ];
  const people = [{ person_id: personIdOf('Zoë <Doe>'), name: 'Zoë <Doe>' }];
  const [first, again] = [await send(), await send()];
  expect([first, again]).toStrictEqual([
    { batch: expect.any(String) as string, people, named: 1, known: 0, problems },
    { batch: null, people, named: 0, known: 1, problems },
  ]);
  expect(await archives(500)).toStrictEqual([{ 'red.jpg.xmp': ['Zoë <Doe>'], '2026/blue.jpg.xmp': [undefined] }]);
  const single = await archives(1);
  expect(Object.assign({}, ...single)).toStrictEqual({
    'red.jpg.xmp': ['Zoë <Doe>'],
    '2026/blue.jpg.xmp': [undefined],
  });
  await api.ask(`/api/decisions/${first.batch}/undo`, { method: 'POST' });
  expect(Object.assign({}, ...(await archives(500)))).toStrictEqual({
    'red.jpg.xmp': [undefined],
    '2026/blue.jpg.xmp': [undefined],
  });
  expect(api.faults).toStrictEqual([]);
}, 60_000);

test('the sidecar of one photo comes as XML to be kept, and one without faces has none', async () => {
  const empty = aPhoto({ image_id: 'empty.jpg', key: 'input/empty.jpg', status: 'NO_FACES', face_count: 0 });
  await putRows(api.account.target, 'results', empty);
  const ask = async (id: string) => {
    const response = await api.raw(`/api/sidecars/${id}`, { headers: { authorization: 'Bearer editor' } });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const [blue, none, gone] = [await ask('2026%2Fblue.jpg'), await ask('empty.jpg'), await ask('gone.jpg')];
  const { body: photo } = await api.ask('/api/photos/2026%2Fblue.jpg');
  const { faces } = photo as { faces: { bounding_box: { left: number; top: number } }[] };
  const { left, top } = faces[0]!.bounding_box;
  const [region] = readSidecar(blue.text).regions;
  expect({
    type: blue.headers.get('content-type'),
    kept: blue.headers.get('content-disposition'),
    name: region?.name,
    at: [region!.box.left, region!.box.top],
    others: [none, gone].map(({ status, text }) => [status, (JSON.parse(text) as { detail: string }).detail]),
  }).toStrictEqual({
    type: 'application/rdf+xml; charset=utf-8',
    kept: 'attachment',
    name: undefined,
    at: [expect.closeTo(left, 4), expect.closeTo(top, 4)],
    others: [
      [404, 'There are no faces in empty.jpg, so it has no sidecar.'],
      [404, 'There is no photo gone.jpg.'],
    ],
  });
});

test('a viewer may neither take names away nor bring some', async () => {
  const answers = [
    await api.ask('/api/sidecars', { role: 'viewer' }),
    await api.ask('/api/sidecars/red.jpg', { role: 'viewer' }),
    await api.ask('/api/sidecars', {
      method: 'POST',
      role: 'viewer',
      body: { sidecars: [{ image_id: 'red.jpg', xmp: '' }] },
    }),
  ];
  expect(answers.map(({ status }) => status)).toStrictEqual([403, 403, 403]);
});
