import type { OpenAPIHono } from '@hono/zod-openapi';
import { readPage } from '../../client/deployment/pages.ts';
import { folderFor } from '../../client/people/enrolment-folder.ts';
import { ENROLMENT_METADATA, YES } from '../../schemas/enrolment-options.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import { EnrolmentRecord, EnrolmentStatus } from '../../schemas/records.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { fromCursor, PositionCursor, toCursor } from './cursor.ts';
import { json, route, withBody } from './route.ts';
import { Page } from './schemas/common.ts';
import { Enrolments, EnrolmentUploads, NewEnrolments, type Enrolment } from './schemas/uploads.ts';
import { keyFor } from './uploads.ts';

const newRoute = route('editor', {
  method: 'post',
  path: '/api/enrolments',
  summary: 'Addresses to send portraits of a person to: each that arrives is enrolled or refused',
  request: withBody(NewEnrolments),
  responses: { 200: json(EnrolmentUploads, 'An address for each file, in their order') },
});

const listRoute = route('viewer', {
  method: 'get',
  path: '/api/enrolments',
  summary: 'How enrolments fared, the newest first',
  request: { query: Page.extend({ status: EnrolmentStatus.optional() }) },
  responses: { 200: json(Enrolments, 'A page of enrolments') },
});

export function enrolmentRoutes(api: OpenAPIHono<ApiEnv>, { target, signer, now }: ApiServices): void {
  api.openapi(newRoute, async (context) => {
    const { name: typed, new_person, files, ...options } = context.req.valid('json');
    const folder = await folderFor(target, typed, new_person);
    const said = Object.entries(ENROLMENT_METADATA).filter(([option]) => options[option as keyof typeof options]);
    const metadata = Object.fromEntries(said.map(([, header]) => [header, YES]));
    const items = files.map(({ name, type, size }) => {
      const key = keyFor(PREFIXES.enroll, folder + name);
      return { name, key, ...signer.upload({ key, type, size, metadata }, now()) };
    });
    return context.json({ items }, 200);
  });

  api.openapi(listRoute, async (context) => {
    const { status, cursor, limit } = context.req.valid('query');
    const from = fromCursor(PositionCursor, cursor);
    const { rows, next } = await readPage(target, {
      table: 'people',
      index: 'by-status',
      values: status === undefined ? EnrolmentStatus.options : [status],
      order: 'desc',
      schema: EnrolmentRecord,
      limit,
      ...(from && { from }),
    });
    return context.json({ items: rows.map(enrolmentView), ...(next && { cursor: toCursor(next) }) }, 200);
  });
}

function enrolmentView(row: EnrolmentRecord): Enrolment {
  const { key, name, status, timestamp, person_id, reason, message, error, cause, execution_arn } = row;
  return { key, name, status, timestamp, person_id, reason, message, error, cause, execution_arn };
}
