import {
  Brain,
  FilePen,
  FileSearch,
  FolderInput,
  Globe,
  type LucideIcon,
  Search,
  SlidersHorizontal,
  SquareTerminal,
  Trash2,
  Wrench,
} from "lucide-react";

/** The protocol's kinds of tools. */
const KINDS: Record<string, { icon: LucideIcon; label: string }> = {
  read: { icon: FileSearch, label: "Read" },
  edit: { icon: FilePen, label: "Edit" },
  delete: { icon: Trash2, label: "Delete" },
  move: { icon: FolderInput, label: "Move" },
  search: { icon: Search, label: "Search" },
  execute: { icon: SquareTerminal, label: "Command" },
  think: { icon: Brain, label: "Think" },
  fetch: { icon: Globe, label: "Fetch" },
  switch_mode: { icon: SlidersHorizontal, label: "Change of mode" },
};
const OTHER = { icon: Wrench, label: "Tool" };

/** Icon for a kind of tool. */
export function ToolIcon({ kind }: { kind: string | null }) {
  const { icon: Icon, label } = KINDS[kind ?? ""] ?? OTHER;
  return <Icon role="img" aria-label={label} size={14} className="mt-[3px] shrink-0 text-muted" />;
}
