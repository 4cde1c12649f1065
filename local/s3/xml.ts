/** Child elements in order. An array repeats its element; undefined omits it. */
export interface Xml {
  readonly [name: string]: string | number | boolean | Xml | readonly (string | Xml)[] | undefined;
}

const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function xmlDocument(root: string, content: Xml | string): string {
  const body = typeof content === 'string' ? escapeXml(content) : elements(content);
  return `${XML_DECLARATION}<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${body}</${root}>`;
}

/** S3's errors have no XML namespace. */
export function xmlErrorDocument(children: Xml): string {
  return `${XML_DECLARATION}<Error>${elements(children)}</Error>`;
}

function elements(children: Xml): string {
  let text = '';
  for (const [name, value] of Object.entries(children)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      text += `<${name}>${typeof one === 'object' ? elements(one as Xml) : escapeXml(String(one))}</${name}>`;
    }
  }
  return text;
}

const NAMED_ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// oxlint-disable-next-line no-control-regex
const ESCAPED = /[&<>"\u0000-\u001f\u007f\ufffe\uffff]/g;

/**
 * Writes control characters as numeric references, as S3 does: keys may contain any of them, though XML 1.0 allows few.
 */
function escapeXml(text: string): string {
  return text.replace(ESCAPED, (char) => NAMED_ENTITIES[char] ?? `&#${char.charCodeAt(0)};`);
}

function unescapeXml(text: string): string {
  const byName: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return byName[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0x10ffff ? whole : String.fromCodePoint(code);
  });
}

/** The inner XML of every `<name>` in a request body. No element of S3's requests contains another of the same name. */
export function innerXml(xml: string, name: string): string[] {
  const [opening, end] = [new RegExp(`<${name}(?:\\s[^<>]*)?>`, 'g'), `</${name}>`];
  const found: string[] = [];
  for (let match = opening.exec(xml); match; match = opening.exec(xml)) {
    const close = xml.indexOf(end, opening.lastIndex);
    // Without this, a body of opened elements alone would take hours.
    if (close === -1) break;
    found.push(xml.slice(opening.lastIndex, close));
    opening.lastIndex = close + end.length;
  }
  return found;
}

export function elementText(xml: string, name: string): string | undefined {
  const found = innerXml(xml, name)[0];
  return found === undefined ? undefined : unescapeXml(found);
}
