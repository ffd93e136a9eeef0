import type { LucideIcon } from "lucide-react";
import { withMarks } from "../lib/marks";

/** An action that the person can take, in the palette, by a keyboard shortcut, or both. */
export interface Command {
  id: string;
  label: string;
  /** Heading in the palette and in the list of keys. */
  group: string;
  icon?: LucideIcon;
  /** For example "g b", "mod+k", "?". */
  shortcut?: string;
  /** More words by which the palette finds it. */
  keywords?: string;
  /** Leave it out of the palette, for example because it moves the selection. */
  keysOnly?: boolean;
  /** In the palette only once something was typed, since it is one of many. */
  onlyFound?: boolean;
  run: () => void;
}

/** The command as displayed, with unusual characters in its words marked. */
export function shownCommand(command: Command): Command {
  return { ...command, label: withMarks(command.label), group: withMarks(command.group) };
}

/** All words by which a command can be found. */
export function wordsOf({ label, group, keywords = "" }: Command): string {
  return `${label} ${group} ${keywords}`;
}

/** True if each word of the query is in the command's words, in any order. */
export function isFound(command: Command, query: string): boolean {
  const text = wordsOf(command).toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
