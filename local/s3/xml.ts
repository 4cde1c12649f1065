/** Child elements in order; an array repeats its element, undefined leaves it out. */
export interface Xml {
  readonly [name: string]: string | number | boolean | Xml | readonly (string | Xml)[] | undefined;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function document(root: string, content: Xml | string): string {
  const body = typeof content === 'string' ? escape(content) : elements(content);
  return `${HEAD}<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${body}</${root}>`;
}

/** Errors carry no namespace in S3's answers. */
export function errorDocument(children: Xml): string {
  return `${HEAD}<Error>${elements(children)}</Error>`;
}

function elements(children: Xml): string {
  let text = '';
  for (const [name, value] of Object.entries(children)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      text += `<${name}>${typeof one === 'object' ? elements(one as Xml) : escape(String(one))}</${name}>`;
    }
  }
  return text;
}

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters go as numbers, as S3 does, though XML 1.0 allows few of them: keys may hold any. */
function escape(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[&<>"\u0000-\u001f\u007f\ufffe\uffff]/g, (char) => NAMED[char] ?? `&#${char.charCodeAt(0)};`);
}

function unescape(text: string): string {
  const byName: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return byName[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0x10ffff ? whole : String.fromCodePoint(code);
  });
}

/** The inner XML of every `<name>` in a request body. Enough for S3's requests: no element nests in its namesake. */
export function inner(xml: string, name: string): string[] {
  return Array.from(
    xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([^]*?)</${name}>`, 'g')),
    (match) => match[1] ?? '',
  );
}

export function textOf(xml: string, name: string): string | undefined {
  const found = inner(xml, name)[0];
  return found === undefined ? undefined : unescape(found);
}
