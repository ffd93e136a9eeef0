"use client";

import { ChevronDown, ChevronUp, Columns2, Download, Files, Pilcrow, Rows2, WrapText } from "lucide-react";
import { IconButton } from "../../../components/icon-button";
import { Menu, MenuItem } from "../../../components/menu";
import { useKept } from "../../../components/use-kept";

/** How a diff is read; remembered in this browser. */
export function useReading() {
  const [layout, keepLayout] = useKept("phaseboard:diff-layout");
  const [space, keepSpace] = useKept("phaseboard:diff-space");
  const [lines, keepLines] = useKept("phaseboard:diff-wrap");
  return {
    split: layout === "split",
    ignoresSpace: space === "hidden",
    wrap: lines === "wrap",
    toggleSplit: () => keepLayout(layout === "split" ? "" : "split"),
    toggleSpace: () => keepSpace(space === "hidden" ? "" : "hidden"),
    toggleWrap: () => keepLines(lines === "wrap" ? "" : "wrap"),
  };
}
type Reading = ReturnType<typeof useReading>;

/** Controls of the changes, beside the tabs. */
export function ChangesTools({
  reading,
  narrow,
  href,
  listed,
  onList,
  onStep,
}: {
  reading: Reading;
  narrow: boolean;
  /** Where the patch and the archive are, up to their names. */
  href: (name: "changes.patch" | "changes.zip") => string;
  /** The list of files is open; on a phone it is in the place of the lines. */
  listed: boolean;
  onList: () => void;
  onStep: (by: 1 | -1) => void;
}) {
  return (
    <>
      <IconButton label="Previous file" shortcut="[" icon={ChevronUp} onClick={() => onStep(-1)} />
      <IconButton label="Next file" shortcut="]" icon={ChevronDown} onClick={() => onStep(1)} />
      <IconButton
        label={listed ? "Hide the list of files" : "Show the list of files"}
        icon={Files}
        aria-pressed={listed}
        onClick={onList}
      />
      {narrow ? null : (
        <IconButton
          label={reading.split ? "One column" : "Side by side"}
          icon={reading.split ? Rows2 : Columns2}
          onClick={reading.toggleSplit}
        />
      )}
      <IconButton
        label="Hide changes of white space"
        icon={Pilcrow}
        aria-pressed={reading.ignoresSpace}
        onClick={reading.toggleSpace}
      />
      <IconButton
        label="Wrap long lines"
        icon={WrapText}
        aria-pressed={reading.wrap}
        onClick={reading.toggleWrap}
      />
      <Menu trigger={<IconButton label="Download the changes" icon={Download} bare />}>
        <MenuItem onClick={() => window.location.assign(href("changes.patch"))}>Patch for git apply</MenuItem>
        <MenuItem onClick={() => window.location.assign(href("changes.zip"))}>All files as zip</MenuItem>
      </Menu>
    </>
  );
}
