/** What a promise was rejected with, by name and message, or that it was not. */
export async function failureOf(work: Promise<unknown>): Promise<{ name: string; message: string } | 'no failure'> {
  try {
    await work;
    return 'no failure';
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
}
