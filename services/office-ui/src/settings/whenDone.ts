// Between asking for a change and telling of it.

/** Goes on with the answer, also where what asked for it is gone by then; a refusal is told by the mutation itself. */
export function whenDone<T>(asked: Promise<T>, goOn: (answer: T) => void): void {
  asked.then(goOn, () => undefined);
}
