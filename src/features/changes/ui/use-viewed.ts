"use client";

import { useCallback, useMemo } from "react";
import { useKept } from "../../../components/use-kept";
import { trpc } from "../../../trpc/react";
import type { WireFile } from "./wire";

/** What a tick holds for: this change of this file, and no later one. */
const markOf = ({ path, old_id, new_id, new_mode }: WireFile) =>
  `${path}\0${old_id?.slice(0, 8)}\0${new_id?.slice(0, 8)}\0${new_mode}`;

function parse(text: string): Set<string> {
  try {
    const marks: unknown = JSON.parse(text || "[]");
    return new Set(Array.isArray(marks) ? marks.filter((mark) => typeof mark === "string") : []);
  } catch {
    return new Set();
  }
}

/** Which files of a run the person has looked at, kept in this browser. A file that changes again is not. */
export function useViewed(run_id: string) {
  const me = trpc.users.me.useQuery();
  const [text, keep] = useKept(`phaseboard:viewed:${me.data?.id ?? ""}:${run_id}`);
  const marks = useMemo(() => parse(text), [text]);
  const has = useCallback((file: WireFile) => marks.has(markOf(file)), [marks]);
  const toggle = (file: WireFile) => {
    const next = new Set(marks);
    if (!next.delete(markOf(file))) next.add(markOf(file));
    keep(next.size === 0 ? "" : JSON.stringify([...next]));
  };
  return { has, toggle };
}
