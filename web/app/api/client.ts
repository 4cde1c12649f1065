import { currentSession } from '../session/session.ts';
import type { Page } from './types.ts';

export const authorization = () => `Bearer ${currentSession().token()}`;

/** What went wrong, and what to do about it. */
export class Problem extends Error {
  readonly status: number;

  constructor(status: number, title: string, detail?: string) {
    super(detail ?? title);
    this.name = title;
    this.status = status;
  }
}

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export const get = <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> =>
  call(withQuery(path, query), signal ? { signal } : {});

/** Step Functions keeps at most 25,000 events of an execution, of which a page has 1000. */
const MOST_PAGES = 50;

/** The items of all pages of a list. */
export async function allPages<Item>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await get<Page<Item>>(path, { ...query, cursor }, signal);
    items.push(...answer.items);
    cursor = answer.cursor;
    if (!cursor) break;
  }
  return items;
}

export const send = <T>(method: 'POST' | 'PATCH' | 'PUT', path: string, body: unknown = {}): Promise<T> =>
  call(path, { method, ...lasting(JSON.stringify(body)) });

/** Browsers end what a page that is left has begun, unless it is to go on and has at most 64 KiB. */
const lasting = (body: string) => ({ body, keepalive: body.length < 20_000 });

function withQuery(path: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of value === undefined ? [] : [value].flat()) params.append(name, String(each));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

/** A file of the API, such as a scaled copy of a photo. */
export const getBlob = async (path: string): Promise<Blob> => (await answerTo(path)).blob();

async function call<T>(path: string, init: RequestInit): Promise<T> {
  const response = await answerTo(path, init);
  return response.status === 204 ? (undefined as T) : response.json();
}

/** The answer itself, for whoever needs its headers. */
export async function answerTo(path: string, init: RequestInit = {}): Promise<Response> {
  let response = await request(path, init);
  if (response.status === 401 && (await currentSession().renew())) response = await request(path, init);
  if (!response.ok) throw await problemOf(response);
  return response;
}

function request(path: string, init: RequestInit): Promise<Response> {
  const headers = {
    authorization: authorization(),
    ...(init.body ? { 'content-type': 'application/json' } : {}),
  };
  return fetch(`/api${path}`, { ...init, headers }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'Rollcall does not answer', currentSession().unreachable);
  });
}

async function problemOf(response: Response): Promise<Problem> {
  if (response.status === 401) {
    return new Problem(401, 'Not signed in', currentSession().refused);
  }
  const body: { title?: string; detail?: string } = await response.json().catch(() => ({}));
  return new Problem(response.status, body.title ?? `Error ${response.status}`, body.detail);
}
