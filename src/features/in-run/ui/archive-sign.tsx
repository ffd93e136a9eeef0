import { Archive, Eye } from "lucide-react";

/** Says that a run is archived, or that its failure is acknowledged; nothing where it is neither. */
export function ArchiveSign({
  run,
  size = 12,
}: {
  run: { status: string; archived_at: string | null; acknowledged_at: string | null };
  size?: number;
}) {
  const isSeen = run.status === "failed" && run.acknowledged_at !== null;
  if (run.archived_at === null && !isSeen) return null;
  const [Icon, word] = run.archived_at === null ? [Eye, "Acknowledged"] : [Archive, "Archived"];
  return (
    <span className="inline-flex shrink-0 text-faint" title={word}>
      <Icon aria-hidden size={size} />
      <span className="sr-only">{word}</span>
    </span>
  );
}
