/** The name and message of the error that a promise was rejected with. */
export async function failureOf(work: Promise<unknown>): Promise<{ name: string; message: string } | 'no failure'> {
  try {
    await work;
    return 'no failure';
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
}
