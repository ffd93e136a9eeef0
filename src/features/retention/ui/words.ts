import { fileSize } from "../../../components/file-size";
import type { RetentionPreview } from "../schema";

const plural = (count: number, word: string) =>
  `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

/** What goes, as a list in words; null where nothing does. */
export function goingWords({ runs, logs, artifacts, events }: RetentionPreview): string | null {
  const parts = [
    ...(runs > 0 ? [plural(runs, "run")] : []),
    ...(logs > 0 ? [`the logs of ${plural(logs, runs > 0 ? "further run" : "run")}`] : []),
    ...(artifacts > 0 ? [plural(artifacts, "artifact")] : []),
    ...(events > 0 ? [plural(events, "event")] : []),
  ];
  if (parts.length < 2) return parts[0] ?? null;
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** What that frees; null where nothing is known of it. */
export function freedWords({ bytes, uncounted }: RetentionPreview): string | null {
  const beside = uncounted > 0 ? `, and the logs of ${plural(uncounted, "run")} that were not measured` : "";
  return bytes > 0 || uncounted > 0 ? `${fileSize(bytes)}${beside}` : null;
}
