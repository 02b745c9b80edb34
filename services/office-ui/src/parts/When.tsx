// A moment, the exact one with its zone on hover.
import { ago, exactly, moment } from "../words/times";

/** In a log, where the order and the seconds count. */
export function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={exactly(at)}>
      {moment(at)}
    </time>
  );
}

export function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={exactly(at)}>
      {ago(at)}
    </time>
  );
}
