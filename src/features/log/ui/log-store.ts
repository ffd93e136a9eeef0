import type { trpc } from "../../../trpc/react";
import { backoffMs } from "../../live/ui/backoff";
import { LineAssembler, type LogLine } from "./log-lines";

type Client = ReturnType<typeof trpc.useUtils>["client"];
type Handlers = Parameters<Client["runs"]["log"]["subscribe"]>[1];

/** Lines of a log that the browser keeps; the download has all of them. */
export const LINE_COUNT_LIMIT = 500_000;

export interface LogSnapshot {
  /** This array grows in place; `version` changes with it. */
  lines: readonly LogLine[];
  version: number;
  /** `waiting`: nothing has arrived. `done`: the attempt has ended and its whole log is here. */
  phase: "waiting" | "following" | "reconnecting" | "done" | "refused";
  /** Why the log was refused. */
  message: string | null;
  /** True if the log is longer than the page can hold. */
  cut: boolean;
}

const FINAL_CODES = new Set(["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "BAD_REQUEST"]);

/** Which log: that of a step's attempt, or that of the run's code. */
export type LogOf = { id: string; attempt: number } | { run_id: string };

/**
 * Follows one log and resumes after a lost connection. A hidden page closes its connection, since browsers
 * allow only six to a host. Listeners are called at most once a frame.
 */
export class LogStore {
  private readonly assembler = new LineAssembler(LINE_COUNT_LIMIT);
  private readonly listeners = new Set<() => void>();
  private snapshot: LogSnapshot;
  private offset = 0;
  private tries = 0;
  private turn = 0;
  private close: (() => void) | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private frame: number | undefined;
  private phase: LogSnapshot["phase"] = "waiting";
  private message: string | null = null;

  constructor(
    private readonly client: Client,
    private readonly of: LogOf,
    /** A second consumer, which gets each piece before the listeners are called. */
    private readonly beside: { push(jsonl: string): void } | null = null,
  ) {
    this.snapshot = this.snapshotOf(0);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.start();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.stop();
    };
  };

  readonly read = (): LogSnapshot => this.snapshot;

  private start(): void {
    document.addEventListener("visibilitychange", this.onVisibility);
    window.addEventListener("online", this.onVisibility);
    this.connect();
  }

  private stop(): void {
    document.removeEventListener("visibilitychange", this.onVisibility);
    window.removeEventListener("online", this.onVisibility);
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
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
        this.assembler.push(piece.text);
        this.beside?.push(piece.text);
        this.set(piece.done ? "done" : "following");
        if (piece.done || this.assembler.full) this.drop();
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
    const { data, message } = (error ?? {}) as { data?: { code?: string } | null; message?: string };
    if (data?.code !== undefined && FINAL_CODES.has(data.code)) {
      this.message = message ?? null;
      this.set("refused");
      return;
    }
    this.tries += 1;
    // The server closes streams of slow readers; a first reconnect without an error is not shown.
    if (error !== null || this.tries > 1) this.set("reconnecting");
    this.timer = setTimeout(() => this.connect(), backoffMs(this.tries));
  }

  private snapshotOf(version: number): LogSnapshot {
    const { lines, full: cut } = this.assembler;
    return { lines, version, phase: this.phase, message: this.message, cut };
  }

  private set(phase: LogSnapshot["phase"]): void {
    this.phase = phase;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.snapshot = this.snapshotOf(this.snapshot.version + 1);
      for (const listener of this.listeners) listener();
    });
  }
}
