"use client";

import { ChevronLeft, ChevronRight, History, Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "../../../components/button";
import { useCommands } from "../../../components/commands";
import { IconButton } from "../../../components/icon-button";
import { exactTime } from "../../../components/time";
import { withMarks } from "../../../lib/marks";

/** Between two events while it plays by itself. */
const PLAY_MS = 600;

/** Where in the recorded events the page stands. */
export interface ReplayPlace {
  first: number;
  last: number;
  value: number;
  previous: number | null;
  next: number | null;
  /** When the event was; null while that is not known. */
  at: string | null;
  words: string;
}

/** Says that the page shows what was, moves through it, and leads back to now. Nothing on such a page changes anything. */
export function ReplayBar({
  place,
  onMove,
  onBack,
}: {
  place: ReplayPlace;
  onMove: (to: number) => void;
  onBack: () => void;
}) {
  const { first, last, value, previous, next, at, words } = place;
  const [playing, setPlaying] = useState(false);
  const move = useRef(onMove);
  move.current = onMove;
  const isPlaying = playing && next !== null;

  // By the value, too: each event has its time on screen, however long it took to come.
  // biome-ignore lint/correctness/useExhaustiveDependencies: at each event anew
  useEffect(() => {
    if (!isPlaying || next === null) return;
    const timer = setTimeout(() => move.current(next), PLAY_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, next, at, value]);

  // Who then opens an earlier event looks at it; it does not play on.
  useEffect(() => {
    if (next === null && value === last) setPlaying(false);
  }, [next, value, last]);

  const toggle = () => {
    // At the end it begins anew.
    if (next === null) onMove(first);
    setPlaying(next === null || !playing);
  };
  const go = (to: number | null) => {
    setPlaying(false);
    if (to !== null) onMove(to);
  };
  useCommands([
    { ...KEYS, id: "replay.earlier", label: "Event before", shortcut: "arrowleft", run: () => go(previous) },
    { ...KEYS, id: "replay.later", label: "Event after", shortcut: "arrowright", run: () => go(next) },
    { ...KEYS, id: "replay.first", label: "First event", shortcut: "home", run: () => go(first) },
    { ...KEYS, id: "replay.last", label: "Last event", shortcut: "end", run: () => go(last) },
    { ...KEYS, id: "replay.play", label: "Play or hold", shortcut: "p", run: toggle },
    { ...KEYS, id: "replay.back", label: "Back to now", shortcut: "escape", run: onBack },
  ]);

  const time = at === null ? "…" : exactTime(Date.parse(at));
  return (
    <section
      aria-label="Replay"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-accent-soft px-4 py-1.5 text-list"
    >
      <History aria-hidden size={16} className="shrink-0 text-accent-text" />
      <p className="min-w-0">
        As it was on <time dateTime={at ?? undefined}>{time}</time>
      </p>
      <p
        className="min-w-0 truncate text-muted max-md:order-last max-md:basis-full"
        aria-live={isPlaying ? "off" : "polite"}
      >
        {withMarks(words)}
      </p>
      <Button className="ml-auto" onClick={onBack}>
        Back to now
      </Button>
      <div className="flex w-full items-center gap-1">
        <IconButton
          label="Event before"
          shortcut="arrowleft"
          icon={ChevronLeft}
          aria-disabled={previous === null}
          className="aria-disabled:opacity-50"
          onClick={() => go(previous)}
        />
        <IconButton
          label={isPlaying ? "Hold" : "Play"}
          shortcut="p"
          icon={isPlaying ? Pause : Play}
          onClick={toggle}
        />
        <IconButton
          label="Event after"
          shortcut="arrowright"
          icon={ChevronRight}
          aria-disabled={next === null}
          className="aria-disabled:opacity-50"
          onClick={() => go(next)}
        />
        <input
          type="range"
          aria-label="Event"
          aria-valuetext={withMarks(`${time}: ${words}`)}
          min={first}
          max={last}
          value={value}
          onChange={({ currentTarget }) => go(Number(currentTarget.value))}
          className="h-control min-w-0 flex-1 cursor-pointer accent-accent"
        />
      </div>
    </section>
  );
}

const KEYS = { group: "Replay", keysOnly: true } as const;
