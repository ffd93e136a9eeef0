import type { trpc } from "../../../trpc/react";
import { backoffMs } from "../../live/ui/backoff";

export type Client = ReturnType<typeof trpc.useUtils>["client"];
type Handlers = Parameters<Client["runs"]["log"]["subscribe"]>[1];

/**
 * `waiting`: nothing has arrived. `done`: the attempt has ended and its whole log was given. `refused`: it cannot be
 * read, and `message` says why.
 */
export type FeedPhase = "waiting" | "following" | "reconnecting" | "done" | "refused";

const FINAL_CODES = new Set(["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "BAD_REQUEST"]);

/** Why a log cannot be read, where trying again would not help; else null. */
export function refusalOf(error: unknown): string | null {
  const { data, message } = (error ?? {}) as { data?: { code?: string } | null; message?: string };
  return data?.code !== undefined && FINAL_CODES.has(data.code) ? (message ?? "Reload the page.") : null;
}

/** Which log: that of a step's attempt, or that of the run's code. */
export type LogOf = { id: string; attempt: number } | { run_id: string };

/**
 * Follows the bytes of one log from an offset and resumes after a lost connection. A hidden page closes its
 * connection, since browsers allow only six to a host.
 */
export class LogFeed {
  phase: FeedPhase = "waiting";
  /** Why the log was refused. */
  message: string | null = null;
  private tries = 0;
  private turn = 0;
  private running = false;
  private close: (() => void) | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: Client,
    private readonly of: LogOf,
    /** Called with each piece of JSON lines, and with "" where only the phase has changed. */
    private readonly tell: (jsonl: string) => void,
    private offset = 0,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    document.addEventListener("visibilitychange", this.onVisibility);
    window.addEventListener("online", this.onVisibility);
    this.connect();
  }

  stop(): void {
    this.running = false;
    document.removeEventListener("visibilitychange", this.onVisibility);
    window.removeEventListener("online", this.onVisibility);
    this.drop();
  }

  private readonly onVisibility = () => {
    if (document.visibilityState === "hidden") this.drop();
    else if (!this.close) this.connect();
  };

  private drop(): void {
    this.turn += 1;
    clearTimeout(this.timer);
    this.close?.();
    this.close = null;
  }

  private connect(): void {
    if (this.phase === "done" || this.phase === "refused") return;
    if (document.visibilityState === "hidden") return;
    this.drop();
    const mine = this.turn;
    const lost = (error: unknown) => {
      if (mine === this.turn) this.onLost(error);
    };
    const { of, offset } = this;
    const { runs, steps } = this.client;
    const handlers: Handlers = {
      onData: (piece) => {
        if (mine !== this.turn || piece.next_offset < this.offset) return;
        this.tries = 0;
        this.offset = piece.next_offset;
        if (piece.done) this.drop();
        this.set(piece.done ? "done" : "following", piece.text);
      },
      onError: lost,
      onComplete: () => lost(null),
      onConnectionStateChange: ({ state, error }) => {
        if (state === "connecting" && error) lost(error);
        else if (state === "pending" && this.phase === "reconnecting") this.set("following");
      },
    };
    const subscription =
      "run_id" in of
        ? runs.log.subscribe({ id: of.run_id, offset }, handlers)
        : steps.logs.subscribe({ ...of, type: "events", offset }, handlers);
    this.close = () => subscription.unsubscribe();
  }

  private onLost(error: unknown): void {
    this.drop();
    const refusal = refusalOf(error);
    if (refusal !== null) {
      this.message = refusal;
      this.set("refused");
      return;
    }
    this.tries += 1;
    // The server closes streams of slow readers; a first reconnect without an error is not shown.
    if (error !== null || this.tries > 1) this.set("reconnecting");
    this.timer = setTimeout(() => this.connect(), backoffMs(this.tries));
  }

  private set(phase: FeedPhase, text = ""): void {
    this.phase = phase;
    this.tell(text);
  }
}
