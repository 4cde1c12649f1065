import { DOMImplementation, XMLSerializer, type Document, type Element } from '@xmldom/xmldom';
import { NAMESPACES, type Prefix, type Region, type Sidecar } from './regions.ts';

/** A sidecar with the faces of a photo. */
export function writeSidecar({ dimensions, regions }: Sidecar): string {
  const document = new DOMImplementation().createDocument(NAMESPACES.x, 'x:xmpmeta');
  const rdf = add(document, document.documentElement!, 'rdf:RDF');
  const description = add(document, rdf, 'rdf:Description', { 'rdf:about': '' });
  const info = add(document, description, 'mwg-rs:Regions', RESOURCE);
  if (dimensions) {
    const { width, height } = dimensions;
    const size = { 'stDim:w': String(width), 'stDim:h': String(height), 'stDim:unit': 'pixel' };
    add(document, info, 'mwg-rs:AppliedToDimensions', size);
  }
  const bag = add(document, add(document, info, 'mwg-rs:RegionList'), 'rdf:Bag');
  for (const region of regions) addRegion(document, bag, region);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(document)}\n`;
}

const RESOURCE = { 'rdf:parseType': 'Resource' } as const;

function addRegion(document: Document, bag: Element, { name, box }: Region): void {
  const item = add(document, bag, 'rdf:li', RESOURCE);
  if (name !== undefined) add(document, item, 'mwg-rs:Name').textContent = inXml(name);
  add(document, item, 'mwg-rs:Type').textContent = 'Face';
  add(document, item, 'mwg-rs:Area', {
    'stArea:x': share(box.left + box.width / 2),
    'stArea:y': share(box.top + box.height / 2),
    'stArea:w': share(box.width),
    'stArea:h': share(box.height),
    'stArea:unit': 'normalized',
  });
}

type QualifiedName = `${Prefix}:${string}`;

function add(
  document: Document,
  parent: Element,
  name: QualifiedName,
  attributes: Readonly<Record<QualifiedName, string>> = {},
): Element {
  const element = document.createElementNS(namespaceOf(name), name);
  for (const [key, value] of Object.entries(attributes)) element.setAttributeNS(namespaceOf(key), key, value);
  parent.appendChild(element);
  return element;
}

const namespaceOf = (name: string) => NAMESPACES[name.slice(0, name.indexOf(':')) as Prefix];

const share = (value: number) => value.toFixed(6);

/** XML 1.0 cannot hold some characters, not even escaped. */
const inXml = (text: string) =>
  text.toWellFormed().replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '');
