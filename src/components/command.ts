import type { LucideIcon } from "lucide-react";

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
