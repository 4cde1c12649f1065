import { messageIn } from '../../schemas/cause.ts';

/** Reads the error that Catch passes on. Lambda's `Cause` is JSON that holds the message. */
export const faultOf = ({ Error: reason, Cause }: { Error: string; Cause: string }) => ({
  reason,
  message: messageIn(Cause),
});
