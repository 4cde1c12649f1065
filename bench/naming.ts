// npm run bench:naming
//
// Names 1,000 faces of 50 people on the Name page by keyboard alone, with one mistake that is taken back, and counts the
// keys. The faces are drawn, and an engine that knows them gives vectors as far apart as those of real faces; pipeline,
// grouping, search, enrolment, decisions, server and page are the real ones. At the end the tables must have the right
// person for every face. Exits with 1 if a goal is missed.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { personIdOf } from '../schemas/keys.ts';
import { startBrowser } from '../test/web/app/browser.ts';
import { builtPage } from '../web/local/build-page.ts';
import { startDashboard } from '../web/local/server.ts';
import { isEnrolled, readFaceRows, setScene } from './naming/account.ts';
import { Namer } from './naming/drive.ts';
import { NAMES } from './naming/people.ts';

/** Seconds, and keys that act. The letters of a name are the name, which nobody can know but who types it. */
const GOALS = { seconds: 300, perPerson: 3, perFace: 0.2 };
/** The group after which the mistake is made. */
const MISTAKE_AT = 6;

const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-naming-'));
const { account, target, truth } = await setScene(dataDir);
const dashboard = await startDashboard({
  target,
  dataDir,
  page: await builtPage(console.log),
  ports: [0],
  caseOf: () => Promise.reject(new Error('Nobody asks for a case here.')),
  report: console.error,
});
const browser = await startBrowser();
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
page.on('response', (response) => {
  if (response.status() >= 400) void response.text().then((text) => console.error(response.status(), text));
});
await page.goto(`${dashboard.url}/name#token=${dashboard.token}`);
const namer = new Namer(page, truth);
await namer.hasGroup();
console.log(
  `${truth.size} faces of ${NAMES.length} people, of whom ${NAMES.filter((_, person) => isEnrolled(person)).length} were enrolled from an old portrait. ${await page.getByText(/faces? in \d+ groups?/).textContent()}.`,
);

const began = performance.now();
let groups = 0;
const nameAll = async () => {
  for (; await namer.hasGroup(); groups += 1) {
    if (groups === MISTAKE_AT) await namer.nameWronglyAndUndo();
    await namer.nameGroup();
  }
  await page.getByText('Keeping …').waitFor({ state: 'hidden', timeout: GOALS.seconds * 1000 });
};
// What could not be kept is there again, and is answered again.
do await nameAll();
while (await namer.hasGroup());
const seconds = (performance.now() - began) / 1000;
await browser.close();
await dashboard.close();
await account.idle();

const rows = await readFaceRows(target);
const right = rows.filter(
  ({ image_id, face_index, status, person_id }) =>
    status === 'MATCHED' && person_id === personIdOf(NAMES[truth.get(`${image_id}#${face_index}`)!]!),
);
const wrong = rows.filter((row) => !right.includes(row));
for (const { image_id, face_index, status, person } of wrong.slice(0, 10)) {
  console.log(
    `${image_id}#${face_index} is ${person ?? status}, not ${NAMES[truth.get(`${image_id}#${face_index}`)!]}`,
  );
}
await account.close();
await rm(dataDir, { recursive: true });

const { acting, letters } = namer.keys;
const [perPerson, perFace] = [acting / NAMES.length, acting / truth.size];
console.log(`${groups} answers, one of them a second time after it was taken back.`);
console.log(
  `named ${right.length} of ${truth.size} faces of ${NAMES.length} people in ${seconds.toFixed(0)} s: ${perPerson.toFixed(2)} keys a person, ${perFace.toFixed(3)} keys a face (and ${letters} letters of names)`,
);
const met = [
  rows.length === 1000,
  right.length === truth.size,
  seconds < GOALS.seconds,
  perPerson < GOALS.perPerson,
  perFace < GOALS.perFace,
];
process.exit(met.every(Boolean) ? 0 : 1);
