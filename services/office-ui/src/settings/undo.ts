// What was just done, and how it is undone: told to the frame by whatever did it.
import { createContext, use } from "react";

export interface Done {
  said: string;
  undo?: () => Promise<unknown>;
}

export const DoneContext = createContext<(done: Done) => void>(() => undefined);

/** Says what was done, with the way back where there is one. The newest takes the place of the one before. */
export function useDone(): (done: Done) => void {
  return use(DoneContext);
}

/** Goes on with the answer, also where what asked for it is gone by then; a refusal is told by the mutation itself. */
export function whenDone<T>(asked: Promise<T>, goOn: (answer: T) => void): void {
  asked.then(goOn, () => undefined);
}
