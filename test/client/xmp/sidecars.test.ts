import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSidecar } from '../../../client/xmp/read.ts';
import type { Sidecar } from '../../../client/xmp/regions.ts';
import { writeSidecar } from '../../../client/xmp/write.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-xmp-'));
});
afterAll(() => rm(folder, { recursive: true }));

const exec = promisify(execFile);
/** Debian's package libimage-exiftool-perl. */
const hasExiftool = await exec('exiftool', ['-ver']).then(
  () => true,
  () => false,
);

const SIDECAR: Sidecar = {
  dimensions: { width: 1920, height: 1280 },
  regions: [
    { name: 'Zoë <&> "李" Doe', box: { left: 0.5, top: 0.25, width: 0.125, height: 0.25 } },
    { box: { left: 0, top: 0, width: 0.25, height: 0.5 } },
  ],
};

const failureOf = (text: string) => {
  try {
    return readSidecar(text);
  } catch (error) {
    return (error as Error).message;
  }
};

const sidecarOf = (item: string) => `<x:xmpmeta xmlns:x="adobe:ns:meta/"
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:r="http://www.metadataworkinggroup.com/schemas/regions/"
  xmlns:a="http://ns.adobe.com/xmp/sType/Area#"><rdf:RDF><rdf:Description><r:Regions rdf:parseType="Resource">
  <r:RegionList><rdf:Bag>${item}</rdf:Bag></r:RegionList></r:Regions></rdf:Description></rdf:RDF></x:xmpmeta>`;

test('what is written is read again', () => {
  expect(readSidecar(writeSidecar(SIDECAR))).toStrictEqual(SIDECAR);
});

test('characters that XML cannot hold are left out of a name', () => {
  const region = { name: 'A\u{fffe}B\ud800', box: { left: 0, top: 0, width: 0.5, height: 0.5 } };
  expect(readSidecar(writeSidecar({ regions: [region] })).regions[0]!.name).toBe('AB\u{fffd}');
});

test.skipIf(!hasExiftool)(
  'exiftool (skipped where it is not installed) reads names and centres of what is written',
  async () => {
    const file = join(folder, 'written.xmp');
    await writeFile(file, writeSidecar(SIDECAR));
    const { stdout } = await exec('exiftool', ['-j', '-struct', '-XMP-mwg-rs:all', file]);
    const area = (X: number, Y: number, W: number, H: number) => ({ X, Y, W, H, Unit: 'normalized' });
    expect(JSON.parse(stdout)).toStrictEqual([
      {
        SourceFile: file,
        RegionInfo: {
          AppliedToDimensions: { W: 1920, H: 1280, Unit: 'pixel' },
          RegionList: [
            { Name: SIDECAR.regions[0]!.name, Type: 'Face', Area: area(0.5625, 0.375, 0.125, 0.25) },
            { Type: 'Face', Area: area(0.125, 0.25, 0.25, 0.5) },
          ],
        },
      },
    ]);
  },
);

test.skipIf(!hasExiftool)('what exiftool (skipped where it is not installed) writes is read', async () => {
  const file = join(folder, 'exiftool.xmp');
  const info =
    '{AppliedToDimensions={W=1920,H=1280,Unit=pixel},RegionList=[' +
    '{Area={X=0.5,Y=0.5,W=0.25,H=0.5,Unit=normalized},Name=Kim,Type=Face},' +
    '{Area={X=0.5,Y=0.5,W=0.25,H=0.5,Unit=normalized},Name=Rex,Type=Pet}]}';
  await exec('exiftool', [`-RegionInfo=${info}`, file]);
  expect(readSidecar(await readFile(file, 'utf8'))).toStrictEqual({
    dimensions: { width: 1920, height: 1280 },
    regions: [{ name: 'Kim', box: { left: 0.375, top: 0.25, width: 0.25, height: 0.5 } }],
  });
});

test('structures are read in every form of RDF, and what sticks out of the picture is cut off', () => {
  const described = `<rdf:li><rdf:Description r:Name=" Kim " r:Type="Face">
    <r:Area a:x="0" a:y="0.5" a:w="0.5" a:h="0.5" a:unit="normalized"/></rdf:Description></rdf:li>`;
  const elements = `<rdf:li rdf:parseType="Resource"><r:Type>Face</r:Type><r:Area rdf:parseType="Resource">
    <a:x>0.5</a:x><a:y>0.5</a:y><a:w>0.5</a:w><a:h>0.5</a:h></r:Area></rdf:li>`;
  expect(readSidecar(`\ufeff${sidecarOf(described + elements)}`)).toStrictEqual({
    regions: [
      { name: 'Kim', box: { left: 0, top: 0.25, width: 0.25, height: 0.5 } },
      { box: { left: 0.25, top: 0.25, width: 0.5, height: 0.5 } },
    ],
  });
});

test('a sidecar without regions has none', () => {
  expect(readSidecar('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')).toStrictEqual({ regions: [] });
});

const DTD = /^it has a document type or entities \(<!DOCTYPE, <!ENTITY\), which a sidecar does not need$/;
const outside = (figures: string) => new RegExp(`^a region lies outside the picture or is not normalized: ${figures}$`);
const regionWith = (area: string) => sidecarOf(`<rdf:li r:Type="Face" r:Name="Kim"><r:Area ${area}/></rdf:li>`);

test.each([
  ['an element that is not closed', '<a><b></a>', /^it is not well-formed XML: Opening and ending tag mismatch/],
  ['an empty file', '', /^it is not well-formed XML: missing root element/],
  ['an entity that nobody declared', '<a>&unknown;</a>', /^it is not well-formed XML: entity not found/],
  ['a document type elsewhere', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', DTD],
  ['entities that grow', '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;">]><a>&d;</a>', DTD],
  [
    'a box outside the picture',
    regionWith('a:x="1.5" a:y="0.5" a:w="0.5" a:h="0.5"'),
    outside('x 1.5, y 0.5, w 0.5, h 0.5, normalized'),
  ],
  [
    'a box in pixels',
    regionWith('a:x="9" a:y="9" a:w="9" a:h="9" a:unit="pixel"'),
    outside('x 9, y 9, w 9, h 9, pixel'),
  ],
  ['a box of words', regionWith('a:x="many"'), outside('x NaN, y NaN, w NaN, h NaN, normalized')],
])('%s is refused, with the reason', (_, text, reason) => {
  expect(failureOf(text)).toMatch(reason);
});
