/**
 * Calls work one after the other. The driver sends questions before earlier ones are answered, and with its first answer a
 * pooler may give the session to another client: the second question would never be answered.
 */
export function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}
