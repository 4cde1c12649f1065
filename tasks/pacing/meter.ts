import { UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Lane, Slot } from '../../schemas/pacing.ts';
import type { PaidOperation } from '../../schemas/quotas.ts';
import { nameOf } from '../runtime/errors.ts';
import { updateConditionally } from '../storage/conditional-updates.ts';

/** Share of the rate that bulk work gets, and that is left to interactive work while there is bulk work. */
const SHARES: Readonly<Record<Lane, number>> = { bulk: 0.85, interactive: 0.15 };

/** Share of the rate for calls that come after their slots. Beside the slots: those of late calls were not used. */
const SHARE_OF_LATE = 0.5;

/** What reservations need. */
export interface MeterOptions {
  readonly dynamoDb: Pick<DynamoDBDocumentClient, 'send'>;
  readonly resultsTable: string;
  readonly operation: PaidOperation;
  /** Calls per second. */
  readonly rate: number;
  readonly now: () => Date;
}

/** A way to reserve. It applies when exactly these lanes are busy: their next free slot lies in the future. */
interface Variant {
  readonly busy: Partial<Readonly<Record<Lane, boolean>>>;
  /** Where the reservation starts: now, or at the next free slot of a lane. */
  readonly start: 'now' | Lane;
  /** Of the rate. */
  readonly share: number;
}

/**
 * In the order in which a meter fills up. Seen from one moment, a lane only turns from idle to busy, so the variant
 * that applies is found before the list ends, whatever others reserve meanwhile.
 */
const VARIANTS: Readonly<Record<Lane, readonly Variant[]>> = {
  interactive: [
    { busy: { interactive: false, bulk: false }, start: 'now', share: 1 },
    { busy: { interactive: true, bulk: false }, start: 'interactive', share: 1 },
    { busy: { interactive: false, bulk: true }, start: 'now', share: SHARES.interactive },
    { busy: { interactive: true, bulk: true }, start: 'interactive', share: SHARES.interactive },
  ],
  // Bulk work begins behind the slots that interactive work got at the whole rate.
  bulk: [
    { busy: { interactive: false, bulk: false }, start: 'now', share: SHARES.bulk },
    { busy: { interactive: true, bulk: false }, start: 'interactive', share: SHARES.bulk },
    { busy: { bulk: true }, start: 'bulk', share: SHARES.bulk },
  ],
};

/**
 * Hands out the slots of one paid operation: a leaky bucket, kept as the next free slot of each lane in one item. A slot
 * is reserved by one conditional write. What nobody reserved in time is not saved up.
 */
export class Meter {
  readonly #options: MeterOptions;
  /** The variant that applied last will mostly apply again. */
  readonly #latest: Partial<Record<Lane, Variant>> = {};

  constructor(options: MeterOptions) {
    this.#options = options;
  }

  /** Reserves a slot for each call, in ascending order. */
  async reserve(calls: number, lane: Lane): Promise<Slot[]> {
    const now = this.#options.now().getTime();
    const latest = this.#latest[lane];
    for (const variant of [...(latest ? [latest] : []), ...VARIANTS[lane]]) {
      const every = spacing(this.#options.rate * variant.share);
      const first = await this.#tryVariant(variant, lane, now, calls * every);
      if (first === undefined) continue;
      this.#latest[lane] = variant;
      return Array.from({ length: calls }, (_, index) => toMicroseconds(first + index * every));
    }
    throw new Error(`No slot of ${this.#options.operation} could be reserved: is the item of its meter damaged?`);
  }

  /** Whether a call may be made although its slot is over. Late calls come together, so they have a pace of their own. */
  async admitLate(): Promise<boolean> {
    const { dynamoDb, resultsTable, operation, rate } = this.#options;
    const now = this.#options.now().getTime();
    return updateConditionally(dynamoDb, {
      TableName: resultsTable,
      Key: meterKey(operation),
      UpdateExpression: 'SET #late = :next',
      ConditionExpression: 'attribute_not_exists(#late) OR #late < :now',
      ExpressionAttributeNames: { '#late': attributeOf('late') },
      ExpressionAttributeValues: { ':now': now, ':next': now + spacing(rate * SHARE_OF_LATE) },
    });
  }

  /** The first slot. Undefined if the variant does not apply. */
  async #tryVariant({ busy, start }: Variant, lane: Lane, now: number, taken: number): Promise<Slot | undefined> {
    const { dynamoDb, resultsTable, operation } = this.#options;
    const conditions = Object.entries(busy).map(([name, isBusy]) =>
      isBusy ? `#${name} >= :now` : `(attribute_not_exists(#${name}) OR #${name} < :now)`,
    );
    const names = new Set([lane, ...Object.keys(busy)]);
    const update = new UpdateCommand({
      TableName: resultsTable,
      Key: meterKey(operation),
      UpdateExpression: start === 'now' ? `SET #${lane} = :next` : `SET #${lane} = #${start} + :taken`,
      ConditionExpression: conditions.join(' AND '),
      ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [`#${name}`, attributeOf(name)])),
      ExpressionAttributeValues: { ':now': now, ...(start === 'now' ? { ':next': now + taken } : { ':taken': taken }) },
      ReturnValues: 'UPDATED_NEW',
    });
    try {
      const { Attributes } = await dynamoDb.send(update);
      return Number(Attributes?.[attributeOf(lane)]) - taken;
    } catch (error) {
      if (nameOf(error) === 'ConditionalCheckFailedException') return undefined;
      throw error;
    }
  }
}

/** What a task needs of a meter. */
export type Reservations = Pick<Meter, 'reserve'>;
/** What a task needs that makes a photo's call. */
export type ReservationsOrLate = Pick<Meter, 'reserve' | 'admitLate'>;

/** Milliseconds between two slots. */
const spacing = (rate: number) => toMicroseconds(1000 / rate);

const toMicroseconds = (milliseconds: number) => Math.round(milliseconds * 1000) / 1000;

/** No photo and no face has this record. */
export const meterKey = (operation: PaidOperation) => ({ image_id: operation, record: 'meter' });

const attributeOf = (lane: string) => `next_${lane}`;
