import type { CSSProperties, ReactNode } from "react";
import { type StyledText, styledText } from "./ansi";

/** Adjusts a program's own colour so that it is readable in both themes. */
function readable(rgb: string): string {
  return `light-dark(oklch(from rgb(${rgb}) min(l, 0.52) c h), oklch(from rgb(${rgb}) max(l, 0.74) c h))`;
}

function tint(rgb: string): string {
  return `light-dark(oklch(from rgb(${rgb}) 0.915 min(c, 0.08) h), oklch(from rgb(${rgb}) 0.33 min(c, 0.08) h))`;
}

function styleOf({ color, background }: StyledText): CSSProperties | undefined {
  if (color === null && background === null) return undefined;
  return {
    ...(color === null ? {} : { color: readable(color) }),
    ...(background === null ? {} : { background: tint(background) }),
  };
}

/** `text` with the matching parts marked; `start` is its offset in the line. */
function marked(text: string, start: number, matches: readonly [number, number][]): ReactNode {
  const end = start + text.length;
  const nodes: ReactNode[] = [];
  let at = start;
  for (const [from, to] of matches) {
    if (to <= at || from >= end) continue;
    const first = Math.max(from, at);
    const last = Math.min(to, end);
    if (first > at) nodes.push(text.slice(at - start, first - start));
    nodes.push(
      <mark key={first} className="rounded-[2px] bg-needs-you-fill/45 text-text">
        {text.slice(first - start, last - start)}
      </mark>,
    );
    at = last;
  }
  if (nodes.length === 0) return text;
  nodes.push(text.slice(at - start));
  return nodes;
}

/** A log line in its colours, with matches marked. */
export function LogLineText({ text, matches }: { text: string; matches: readonly [number, number][] }) {
  let at = 0;
  return styledText(text).map((part) => {
    const start = at;
    at += part.text.length;
    const style = styleOf(part);
    const inside = matches.length === 0 ? part.text : marked(part.text, start, matches);
    return part.className === "" && style === undefined ? (
      <span key={start}>{inside}</span>
    ) : (
      <span key={start} className={part.className} style={style}>
        {inside}
      </span>
    );
  });
}
