import { AwsJson1_0Protocol } from '@aws-sdk/core/protocols';

/**
 * DynamoDB's protocol, with answers read by JSON.parse alone. The SDK looks up the schema of every single attribute, in
 * which a process that reads many rows spends a quarter of its time. Without binary attributes, of which Rollcall has
 * none, the result is the same.
 */
export class PlainJson extends AwsJson1_0Protocol {
  override async deserializeResponse<Output extends object>(
    ...[schema, context, response]: Parameters<AwsJson1_0Protocol['deserializeResponse']>
  ): Promise<Output> {
    if (response.statusCode >= 300) return super.deserializeResponse(schema, context, response) as Promise<Output>;
    const bytes: Uint8Array = await context.streamCollector(response.body);
    const output = bytes.length === 0 ? {} : (JSON.parse(Buffer.from(bytes).toString()) as object);
    return { ...output, $metadata: this.deserializeMetadata(response) } as unknown as Output;
  }
}
