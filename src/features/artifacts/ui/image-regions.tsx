"use client";

import { type PointerEvent, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { cx } from "../../../components/cx";
import { withMarks } from "../../../lib/marks";
import type { FileNotes, Region } from "./file-notes";

/** What a region begins with where it is set by keyboard. */
export const FIRST_REGION: Region = { x: 0.25, y: 0.25, width: 0.5, height: 0.5 };
const STEP = 0.02;
const SMALLEST = 0.01;

const within = (value: number, most: number) => Math.min(most, Math.max(0, value));

/** The region after an arrow: it moves, or with ⇧ its lower right corner does. Null for another key. */
export function regionAfter({ x, y, width, height }: Region, key: string, resizes: boolean): Region | null {
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (!by) return null;
  const [right = 0, down = 0] = by.map((each) => each * STEP);
  return resizes
    ? {
        ...{ x, y },
        width: Math.max(SMALLEST, within(width + right, 1 - x)),
        height: Math.max(SMALLEST, within(height + down, 1 - y)),
      }
    : { x: within(x + right, 1 - width), y: within(y + down, 1 - height), width, height };
}

const percent = (part: number) => `${part * 100}%`;
const placeOf = ({ x, y, width, height }: Region) => ({
  left: percent(x),
  top: percent(y),
  width: percent(width),
  height: percent(height),
});

/**
 * What lies over a picture: the regions that something is said of and, while one is chosen, the new one, which is drawn
 * with the pointer. `drawn` null: none is chosen now.
 */
export function ImageRegions({
  image,
  notes,
  drawn,
  onDraw,
}: {
  image: RefObject<HTMLImageElement | null>;
  notes: FileNotes;
  drawn: Region | null;
  onDraw: (region: Region) => void;
}) {
  const box = usePlace(image);
  const overlay = useRef<HTMLDivElement>(null);
  const begun = useRef<{ x: number; y: number } | null>(null);
  const sought = useRef<HTMLButtonElement>(null);
  const isThere = box !== null;
  useEffect(() => {
    if (isThere) sought.current?.focus();
  }, [isThere]);
  if (!box) return null;
  const at = ({ clientX, clientY }: PointerEvent) => {
    const { left, top, width, height } = overlay.current?.getBoundingClientRect() ?? new DOMRect();
    return { x: within((clientX - left) / width, 1), y: within((clientY - top) / height, 1) };
  };
  const draw = (event: PointerEvent) => {
    const from = begun.current;
    if (!from) return;
    const to = at(event);
    const width = Math.abs(to.x - from.x);
    const height = Math.abs(to.y - from.y);
    if (width < SMALLEST || height < SMALLEST) return;
    onDraw({ x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width, height });
  };
  return (
    <div
      ref={overlay}
      data-regions
      className={cx("absolute", drawn ? "cursor-crosshair touch-none" : "pointer-events-none")}
      style={box}
      onPointerDown={(event) => {
        if (!drawn) return;
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        begun.current = at(event);
      }}
      onPointerMove={draw}
      onPointerUp={(event) => {
        draw(event);
        begun.current = null;
      }}
    >
      {drawn ? (
        <span
          aria-hidden
          className="pointer-events-none absolute rounded-[2px] border-2 border-accent shadow-[0_0_0_100vmax_rgb(0_0_0/0.35)]"
          style={placeOf(drawn)}
        />
      ) : (
        notes.regions.map(({ id, open, by, ...region }) => (
          <button
            key={id}
            ref={id === notes.sought ? sought : null}
            type="button"
            aria-label={withMarks(`Show the comment of ${by} on this part${open ? "" : ", resolved"}`)}
            onClick={() => notes.onShow(id)}
            className={cx(
              "pointer-events-auto absolute rounded-[2px] border-2 hover:bg-accent/15",
              open ? "border-accent" : "border-line-strong border-dashed",
              id === notes.sought && "bg-accent/15",
            )}
            style={placeOf(region)}
          />
        ))
      )}
    </div>
  );
}

/** Where the picture lies in what is zoomed, which has it without its own scale. */
function usePlace(image: RefObject<HTMLImageElement | null>) {
  const [place, setPlace] = useState<{ left: number; top: number; width: number; height: number } | null>(
    null,
  );
  useLayoutEffect(() => {
    const { current } = image;
    if (!current) return;
    const measure = () => {
      const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = current;
      setPlace(current.naturalWidth > 0 && width > 0 ? { left, top, width, height } : null);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    if (current.parentElement) observer.observe(current.parentElement);
    current.addEventListener("load", measure);
    measure();
    return () => {
      observer.disconnect();
      current.removeEventListener("load", measure);
    };
  }, [image]);
  return place;
}
