import { startDynamoDb } from '../../../local/dynamodb/server.ts';
import { listen } from '../../../local/http.ts';
import { RESULTS_TABLE } from './tables.ts';

/** Serves the tables of a folder. Run by the kill test. */
const db = await startDynamoDb({ folder: process.argv[2] ?? '' });
await db.createTable(RESULTS_TABLE);
const { url } = await listen(db.handler);
console.log(url);
