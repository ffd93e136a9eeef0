"use client";

import { Maximize, MessageSquarePlus, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { type ReactZoomPanPinchRef, TransformComponent, TransformWrapper } from "react-zoom-pan-pinch";
import { Button } from "../../../components/button";
import { cx } from "../../../components/cx";
import { IconButton } from "../../../components/icon-button";
import { Keys } from "../../../components/kbd";
import { Tooltip } from "../../../components/tooltip";
import { withMarks } from "../../../lib/marks";
import { type Region, useFileNotes, useSayKey } from "./file-notes";
import { FIRST_REGION, ImageRegions, regionAfter } from "./image-regions";

/** A checkerboard, visible through transparent parts of a picture. */
const CHECKS = {
  background: "repeating-conic-gradient(var(--line) 0 25%, transparent 0 50%) 0 0 / 16px 16px",
};
const STEP = 1.5;
const SMALLEST = 0.2;
const LARGEST = 40;
const PAN_PX = 80;
const ZOOM_MS = 120;

/** A picture to look at closely: + and - zoom, 0 fits it, 1 shows a point for a point; drag, wheel and pinch. */
export function ImageView({ src, name, onError }: { src: string; name: string; onError: () => void }) {
  const zoom = useRef<ReactZoomPanPinchRef>(null);
  const image = useRef<HTMLImageElement>(null);
  // Of the picture as it fits.
  const [scale, setScale] = useState(1);
  const [fitted, setFitted] = useState<number | null>(null);

  const measure = () => {
    const { current } = image;
    if (current && current.naturalWidth > 0) setFitted(current.clientWidth / current.naturalWidth);
  };
  useEffect(() => {
    const { current } = image;
    if (!current) return;
    const observer = new ResizeObserver(() => {
      if (current.naturalWidth > 0) setFitted(current.clientWidth / current.naturalWidth);
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);

  const moving = () => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : ZOOM_MS);
  const zoomTo = (next: number) =>
    void zoom.current?.centerView(Math.min(LARGEST, Math.max(SMALLEST, next)), moving());
  const zoomBy = (factor: number) => zoomTo((zoom.current?.state.scale ?? 1) * factor);
  const fitAll = () => void zoom.current?.resetTransform(moving());
  const whole = () => fitted && zoomTo(1 / fitted);

  const notes = useFileNotes();
  const onSay = notes?.onSay;
  /** The region that is being chosen to be commented on. */
  const [drawn, setDrawn] = useState<Region | null>(null);
  const begin = () => {
    fitAll();
    setDrawn(FIRST_REGION);
  };
  const say = () => drawn && onSay?.({ kind: "image", ...drawn });
  useSayKey(onSay ? (drawn ? () => void say() : begin) : null);
  const field = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (drawn) field.current?.focus();
  }, [drawn]);

  const keys = useRef<(event: KeyboardEvent) => boolean>(() => false);
  keys.current = ({ key, shiftKey, target }) => {
    if (drawn) {
      const next = regionAfter(drawn, key, shiftKey);
      if (next) setDrawn(next);
      else if (key === "Escape") setDrawn(null);
      else if (key === "Enter" && target === field.current) say();
      else return false;
      return true;
    }
    const pan = PANS[key];
    if (pan) {
      // Where it fits, arrows lead to the next artifact.
      if (scale <= 1.01) return false;
      void zoom.current?.panBy(pan[0] * PAN_PX, pan[1] * PAN_PX, 0);
    } else if (key === "+" || key === "=") zoomBy(STEP);
    else if (key === "-") zoomBy(1 / STEP);
    else if (key === "0") fitAll();
    else if (key === "1") whole();
    else return false;
    return true;
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.target instanceof HTMLElement && event.target.closest("input, textarea")) return;
      if (!keys.current(event)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Ahead of the dialog, whose arrows lead to the next artifact.
    document.addEventListener("keydown", onKeyDown, true);
    return () => document.removeEventListener("keydown", onKeyDown, true);
  }, []);

  return (
    <div className="relative flex min-h-0 flex-1 flex-col bg-sunken">
      <TransformWrapper
        ref={zoom}
        minScale={SMALLEST}
        maxScale={LARGEST}
        centerOnInit
        centerZoomedOut
        disabled={drawn !== null}
        doubleClick={{ mode: "toggle", step: 1 }}
        onTransform={(_, state) => setScale(state.scale)}
      >
        <TransformComponent
          wrapperClass={cx("!size-full !min-h-0 !flex-1", scale > 1 ? "cursor-grab" : "")}
          contentClass="!relative !size-full !items-center !justify-center p-3"
        >
          {/* biome-ignore lint/performance/noImgElement: the image is a file of the run, as it is */}
          <img
            ref={image}
            src={src}
            alt={withMarks(name)}
            onLoad={measure}
            onError={onError}
            draggable={false}
            style={{ ...CHECKS, imageRendering: fitted && scale * fitted >= 3 ? "pixelated" : undefined }}
            className="max-h-full max-w-full object-contain"
          />
          {notes ? <ImageRegions image={image} notes={notes} drawn={drawn} onDraw={setDrawn} /> : null}
        </TransformComponent>
      </TransformWrapper>
      {drawn ? (
        <fieldset
          ref={field}
          tabIndex={-1}
          className="floats absolute inset-x-3 bottom-3 mx-auto flex max-w-xl flex-wrap items-center gap-2 p-1.5 pl-3 text-meta text-muted outline-none"
        >
          <legend className="sr-only">A part of the picture</legend>
          <span role="status" className="min-w-40 flex-1 text-pretty">
            Draw a part, or move it by arrows and resize it by <Keys shortcut="shift" /> and arrows.
          </span>
          <Button variant="ghost" onClick={() => setDrawn(null)}>
            Cancel
          </Button>
          <Button variant="primary" icon={MessageSquarePlus} onClick={say}>
            Comment
          </Button>
        </fieldset>
      ) : null}
      <fieldset
        hidden={drawn !== null}
        className="floats absolute bottom-3 left-1/2 flex -translate-x-1/2 items-center gap-0.5 p-0.5"
      >
        <legend className="sr-only">Zoom</legend>
        <IconButton label="Zoom out" shortcut="-" icon={ZoomOut} onClick={() => zoomBy(1 / STEP)} />
        <Tooltip label="A point for a point" shortcut="1">
          <button
            type="button"
            onClick={whole}
            aria-label={`Zoom is ${percent(scale, fitted)}. Show 100 %`}
            className="h-control min-w-14 rounded-outer px-1 text-meta text-muted tabular-nums hover:bg-hover hover:text-text"
          >
            {percent(scale, fitted)}
          </button>
        </Tooltip>
        <IconButton label="Zoom in (+)" icon={ZoomIn} onClick={() => zoomBy(STEP)} />
        <IconButton label="Fit" shortcut="0" icon={Maximize} onClick={fitAll} />
        {onSay ? (
          <IconButton label="Comment on a part" shortcut="c" icon={MessageSquarePlus} onClick={begin} />
        ) : null}
      </fieldset>
    </div>
  );
}

const percent = (scale: number, fitted: number | null) =>
  fitted === null ? "…" : `${Math.round(scale * fitted * 100)} %`;

/** Which way the picture goes, so that what is looked at goes the other. */
const PANS: Record<string, readonly [number, number]> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
