import { DOMParser, ParseError, type Element, type Node } from '@xmldom/xmldom';
import type { BoundingBox } from '../../schemas/faces.ts';
import { Failure, messageOf } from '../failure.ts';
import { NAMESPACES, type Prefix, type Region, type Sidecar } from './regions.ts';

/**
 * Reads the faces of a sidecar. Throws a Failure for what is not well-formed, and for document types, because their
 * entities can name other files and grow without bound.
 */
export function readSidecar(text: string): Sidecar {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) {
    throw new Failure('it has a document type or entities (<!DOCTYPE, <!ENTITY), which a sidecar does not need');
  }
  const root = rootOf(text.replace(/^\ufeff/, ''));
  const [info] = root.getElementsByTagNameNS(NAMESPACES['mwg-rs'], 'Regions');
  if (!info) return { regions: [] };
  const size = property(info, 'mwg-rs', 'AppliedToDimensions');
  const [width, height] = [number(size, 'stDim', 'w'), number(size, 'stDim', 'h')];
  const list = property(info, 'mwg-rs', 'RegionList');
  const items = isElement(list) ? [...list.getElementsByTagNameNS(NAMESPACES.rdf, 'li')] : [];
  return {
    ...(width > 0 && height > 0 ? { dimensions: { width, height } } : {}),
    regions: items.filter((item) => valueOf(item, 'mwg-rs', 'Type') === 'Face').map(regionOf),
  };
}

function rootOf(text: string): Element {
  let fault: string | undefined;
  // The parser would go on and guess after a fault. It also warns of U+FFFD, which a name may have.
  const onError = (_: string, message: string) => {
    if (message.startsWith('Unicode replacement character')) return;
    fault ??= message;
    throw new ParseError(message);
  };
  try {
    return new DOMParser({ onError }).parseFromString(text, 'text/xml').documentElement!;
  } catch (error) {
    throw new Failure(`it is not well-formed XML: ${fault ?? messageOf(error)}`, { cause: error });
  }
}

function regionOf(item: Element): Region {
  const name = valueOf(item, 'mwg-rs', 'Name')?.trim();
  const box = boxOf(property(item, 'mwg-rs', 'Area'));
  return { ...(name ? { name } : {}), box };
}

/** The centre becomes the left upper corner. What sticks out of the picture is cut off. */
function boxOf(area: Element | string | undefined): BoundingBox {
  const unit = valueOf(area, 'stArea', 'unit') ?? 'normalized';
  const [x, y] = [number(area, 'stArea', 'x'), number(area, 'stArea', 'y')];
  const [w, h] = [number(area, 'stArea', 'w'), number(area, 'stArea', 'h')];
  const [left, right] = [inside(x - w / 2), inside(x + w / 2)];
  const [top, bottom] = [inside(y - h / 2), inside(y + h / 2)];
  const box = { left, top, width: right - left, height: bottom - top };
  if (unit === 'normalized' && w > 0 && h > 0 && box.width > 0 && box.height > 0) return box;
  throw new Failure(`a region lies outside the picture or is not normalized: x ${x}, y ${y}, w ${w}, h ${h}, ${unit}`);
}

const inside = (share: number) => Math.min(1, Math.max(0, share));

/**
 * A property of a structure. RDF can write it as an attribute or as an element, in the structure itself or in an
 * rdf:Description within.
 */
function property(of: Element | string | undefined, prefix: Prefix, name: string): Element | string | undefined {
  if (!isElement(of)) return undefined;
  const attribute = of.getAttributeNS(NAMESPACES[prefix], name);
  if (attribute !== null) return attribute;
  const children = [...of.childNodes].filter(isElement);
  const child = children.find((one) => one.namespaceURI === NAMESPACES[prefix] && one.localName === name);
  if (child) return child;
  const within = children.find((one) => one.namespaceURI === NAMESPACES.rdf && one.localName === 'Description');
  return property(within, prefix, name);
}

function valueOf(of: Element | string | undefined, prefix: Prefix, name: string): string | undefined {
  const value = property(of, prefix, name);
  return isElement(value) ? (value.textContent ?? undefined) : value;
}

const number = (of: Element | string | undefined, prefix: Prefix, name: string) =>
  Number.parseFloat(valueOf(of, prefix, name) ?? '');

const isElement = (value: Node | string | undefined): value is Element =>
  typeof value === 'object' && value.nodeType === value.ELEMENT_NODE;
