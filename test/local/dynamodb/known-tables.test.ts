import { CreateTableCommand, DeleteTableCommand, type CreateTableInput } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { RESULTS_TABLE, someTables } from './tables.ts';

const { TableName } = RESULTS_TABLE;
const Key = { image_id: 'a', record: 'photo' };

test('a table that was used is gone once it is deleted, and has the keys with which it is created again', async () => {
  const { client, close } = await someTables();
  const get = (key: Record<string, string>) => client.send(new GetCommand({ TableName, Key: key }));
  await client.send(new PutCommand({ TableName, Item: Key }));
  expect((await get(Key)).Item).toStrictEqual(Key);

  await client.send(new DeleteTableCommand({ TableName }));
  await expect(get(Key)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });

  await untilDone(() => client.send(new CreateTableCommand(NEW_TABLE)), 'ResourceInUseException');
  await untilDone(() => client.send(new PutCommand({ TableName, Item: { id: 'b' } })), 'ResourceNotFoundException');
  expect((await get({ id: 'b' })).Item).toStrictEqual({ id: 'b' });
  await expect(get(Key)).rejects.toMatchObject({ name: 'ValidationException' });
  await close();
});

const NEW_TABLE: CreateTableInput = {
  TableName,
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
};

/** Tables change a moment after the answer. */
async function untilDone(send: () => Promise<unknown>, refusal: string): Promise<void> {
  for (;;) {
    try {
      await send();
      return;
    } catch (error) {
      if ((error as Error).name !== refusal) throw error;
      await sleep(1);
    }
  }
}
