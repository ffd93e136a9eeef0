"use client";

import { MultiFileDiff } from "@pierre/diffs/react";
import { useMemo } from "react";
import { languageOf } from "../../../components/highlight";
import { useTheme } from "../../../components/theme-provider";
import { withMarks } from "../../../lib/marks";
import { COLOURED_LINES, COLOURS, THEMES } from "../../changes/ui/diff-look";
import { nameExpanders } from "../../changes/ui/name-expanders";

/** What differs between two texts of a file. It comes with the library of diffs, so load it when it is opened. */
export function RevisionDiff({
  path,
  before,
  after,
  split,
}: {
  path: string;
  before: string;
  after: string;
  split: boolean;
}) {
  const { theme } = useTheme();
  const lang = languageOf(path) ?? "text";
  const [oldFile, newFile] = useMemo(() => {
    const fileOf = (text: string) => ({ name: path, contents: withMarks(text), lang });
    return [fileOf(before), fileOf(after)];
  }, [path, before, after, lang]);
  const options = useMemo(
    () => ({
      theme: THEMES,
      themeType: theme,
      diffStyle: split ? ("split" as const) : ("unified" as const),
      overflow: "wrap" as const,
      diffIndicators: "classic" as const,
      lineDiffType: "word" as const,
      hunkSeparators: "line-info" as const,
      tokenizeMaxLength: COLOURED_LINES,
      disableFileHeader: true,
      onPostRender: nameExpanders,
    }),
    [theme, split],
  );
  return (
    <MultiFileDiff
      oldFile={oldFile}
      newFile={newFile}
      options={options}
      style={COLOURS}
      className="block min-w-0 bg-surface"
      disableWorkerPool
    />
  );
}
