import type { LucideIcon } from "lucide-react";
import { withMarks } from "../lib/marks";

/** Something a person can do here: in the palette, by its keys, or both. */
export interface Command {
  id: string;
  label: string;
  /** Heading in the palette and in the list of keys. */
  group: string;
  icon?: LucideIcon;
  /** As in "g b", "mod+k", "?". */
  shortcut?: string;
  /** More words to find it by. */
  keywords?: string;
  /** Kept out of the palette: moving the selection is of no use there. */
  keysOnly?: boolean;
  run: () => void;
}

/** The command as it is shown, with marks in its words. */
export function shownCommand(command: Command): Command {
  return { ...command, label: withMarks(command.label), group: withMarks(command.group) };
}

/** All that a command is found by. */
export function wordsOf({ label, group, keywords = "" }: Command): string {
  return `${label} ${group} ${keywords}`;
}

/** Whether every word of the query stands somewhere in the command's words, in any order. */
export function isFound(command: Command, query: string): boolean {
  const text = wordsOf(command).toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
