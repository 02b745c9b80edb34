// Changes act at once, are sent one after the other, and are tried again until they arrive.
import { Api, Refusal, type Choices, type Own } from "./api";
import { type Change, inverse, keyOf, wishesOf, withFlags, withScopes } from "./changes";
import { remember, remembered } from "./token";

const PENDING = "preferences.pending";
const UNDO = "preferences.undo";
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;

export type Standing = "loading" | "unreachable" | "broken" | "open";
export type Saving = "still" | "saving" | "waiting" | "saved" | "refused";

export class Store {
  standing: Standing = "loading";
  saving: Saving = "still";
  /** Switches whose change has arrived. */
  saved = new Set<string>();
  /** What was switched one by one, and says so itself. */
  private readonly single = new Set<string>();
  private own_?: Own | undefined;
  private choices_?: Choices | undefined;
  private pending = new Map<string, Change>();
  private busy = false;
  private wait = FIRST_WAIT;
  private timer = 0;

  private readonly api: Api;
  private readonly show: () => void;

  constructor(api: Api, show: () => void) {
    this.api = api;
    this.show = show;
    for (const change of read(PENDING)) this.pending.set(keyOf(change), change);
    window.addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => this.hurry());
    window.addEventListener("beforeunload", (event) => this.pending.size && event.preventDefault());
  }

  /** The person's own; nothing where the address is theirs no more. */
  get own(): Own | undefined {
    return this.own_ && withFlags(this.own_, this.pending.values());
  }

  get choices(): Choices | undefined {
    return this.choices_ && withScopes(this.choices_, this.pending.values());
  }

  get canUndo(): boolean {
    return read(UNDO).length > 0;
  }

  isPending(key: string): boolean {
    return this.pending.has(key);
  }

  /** Whether it was changed here since the page was opened. */
  isTouched(key: string): boolean {
    return this.pending.has(key) || this.saved.has(key);
  }

  async load(): Promise<void> {
    try {
      const gone = (error: unknown) => {
        if (error instanceof Refusal && error.status === 404) return undefined;
        throw error;
      };
      [this.own_, this.choices_] = await Promise.all([this.api.own().catch(gone), this.api.choices()]);
      this.standing = "open";
      void this.flush();
    } catch (error) {
      const passes = !(error instanceof Refusal) || error.passes;
      this.standing = passes ? "unreachable" : "broken";
      if (passes) this.later(() => void this.load());
    }
    this.show();
  }

  change(...changes: Change[]): void {
    for (const change of changes) {
      this.saved.delete(keyOf(change));
      if (changes.length > 1) this.single.delete(keyOf(change));
      else this.single.add(keyOf(change));
      this.pending.set(keyOf(change), change);
    }
    this.keep();
    void this.flush();
  }

  /** Change these, and remember how to take all of them back. */
  changeAll(changes: Change[]): void {
    if (!this.choices) return;
    const back = inverse(changes, this.own, this.choices);
    remember(UNDO, JSON.stringify(back));
    const keys = new Set(back.map(keyOf));
    this.change(...changes.filter((change) => keys.has(keyOf(change))));
  }

  undo(otherwise: Change): void {
    const back = read(UNDO);
    remember(UNDO, "[]");
    this.change(...(back.length ? back : [otherwise]));
  }

  /** Try now, not when the wait is over. */
  hurry(): void {
    if (document.hidden) return;
    if (this.standing === "unreachable") void this.load();
    else void this.flush();
  }

  private async flush(): Promise<void> {
    if (this.busy || this.pending.size === 0 || this.standing !== "open") return;
    this.busy = true;
    this.saving = "saving";
    this.show();
    this.saving = await this.send([...this.pending.values()]);
    if (this.saving === "saved") this.wait = FIRST_WAIT;
    this.busy = false;
    this.show();
    if (this.saving === "waiting") this.later(() => void this.flush());
    else if (this.saving === "refused") void this.load();
    else if (this.pending.size > 0) void this.flush();
  }

  /** Flags together, then each kind of emails; what is refused for good keeps nothing else back. */
  private async send(changes: Change[]): Promise<Saving> {
    const flags = changes.filter((change) => !("scope" in change));
    const groups = [flags, ...changes.filter((change) => "scope" in change).map((change) => [change])];
    let saving: Saving = "saved";
    for (const group of groups.filter((each) => each.length > 0)) {
      try {
        await this.sendGroup(group);
        this.settle(group, true);
      } catch (error) {
        if (!(error instanceof Refusal) || error.passes) return "waiting";
        this.settle(group);
        saving = "refused";
      }
    }
    return saving;
  }

  private async sendGroup(group: Change[]): Promise<void> {
    const [first] = group;
    if (first && "scope" in first) this.choices_ = await this.api.stop(first.scope, first.stopped);
    else this.own_ = await this.api.wish(wishesOf(group));
  }

  /** No more to be sent, unless changed once more meanwhile. */
  private settle(changes: Change[], saved = false): void {
    for (const change of changes) {
      const key = keyOf(change);
      if (this.pending.get(key) !== change) continue;
      this.pending.delete(key);
      if (saved && this.single.has(key)) this.saved.add(key);
    }
    this.keep();
  }

  private keep(): void {
    remember(PENDING, JSON.stringify([...this.pending.values()]));
    this.show();
  }

  private later(again: () => void): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(again, this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }
}

function read(key: string): Change[] {
  return JSON.parse(remembered(key) ?? "[]") as Change[];
}
