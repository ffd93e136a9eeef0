"use client";

import { useCallback, useMemo } from "react";
import { useKept } from "../../../components/use-kept";
import type { BoardGroup } from "../groups";

/** What somebody has chosen for a column; what is left out is as the board finds best. */
interface Own {
  folded?: boolean;
  hidden?: boolean;
  /** In pixels. */
  width?: number;
}

export type ColumnLayout = Record<string, Own>;

const LEAST_WIDTH = 200;
const MOST_WIDTH = 640;

function parse(text: string): ColumnLayout {
  try {
    const layout: unknown = text === "" ? {} : JSON.parse(text);
    return typeof layout === "object" && layout !== null ? (layout as ColumnLayout) : {};
  } catch {
    return {};
  }
}

/** The columns of a board as this browser keeps them, for each project and grouping. */
export function useColumnLayout(project_id: string, group: BoardGroup) {
  const [text, keep] = useKept(`board:${project_id}:${group}`);
  const layout = useMemo(() => parse(text), [text]);
  const set = useCallback(
    (key: string, own: Own) => {
      const { folded, hidden, width } = { ...layout[key], ...own };
      const kept = {
        ...(folded === undefined ? {} : { folded }),
        ...(hidden ? { hidden } : {}),
        ...(width === undefined
          ? {}
          : { width: Math.round(Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width))) }),
      };
      const { [key]: _, ...others } = layout;
      keep(JSON.stringify(Object.keys(kept).length > 0 ? { ...others, [key]: kept } : others));
    },
    [layout, keep],
  );
  return { layout, set };
}
