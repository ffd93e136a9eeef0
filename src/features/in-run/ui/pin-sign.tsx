import { Pin } from "lucide-react";

/** Says that a run is pinned; nothing where it is not. */
export function PinSign({ run, size = 12 }: { run: { pinned_at: string | null }; size?: number }) {
  if (run.pinned_at === null) return null;
  return (
    <span className="inline-flex shrink-0 text-faint" title="Pinned: no retention removes it">
      <Pin aria-hidden size={size} />
      <span className="sr-only">Pinned</span>
    </span>
  );
}
