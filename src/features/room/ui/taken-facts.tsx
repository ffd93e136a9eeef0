import { fileSize } from "../../../components/file-size";
import { ProgressBar } from "../../../components/progress-bar";
import type { ProjectRoom } from "../schema";

type Taken = Pick<
  ProjectRoom,
  "taken_bytes" | "quota_bytes" | "own_quota_bytes" | "artifacts_bytes" | "logs_bytes" | "workspaces_bytes"
>;

/** "3.2 GB of 10 GB", or what is known of it. */
export function takenText({
  taken_bytes,
  quota_bytes,
  counted_at,
}: Pick<ProjectRoom, "taken_bytes" | "quota_bytes" | "counted_at">): string {
  if (counted_at === null && taken_bytes === 0) return "not counted yet";
  return quota_bytes === null
    ? `${fileSize(taken_bytes)}, no limit`
    : `${fileSize(taken_bytes)} of ${fileSize(quota_bytes)}`;
}

/** Where the quota of a project comes from. */
export function quotaText({ quota_bytes, own_quota_bytes }: Taken): string {
  if (own_quota_bytes !== null && own_quota_bytes > 0)
    return `${fileSize(own_quota_bytes)}, set for this project`;
  if (own_quota_bytes === 0) return "No limit, set for this project";
  return quota_bytes === null ? "No limit" : `${fileSize(quota_bytes)}, as every project here`;
}

/** What a project takes by kind, with a bar against its quota. */
export function TakenFacts({ room }: { room: Taken }) {
  const { taken_bytes, quota_bytes } = room;
  const rows = [
    ["Artifacts and uploads", fileSize(room.artifacts_bytes)],
    ["Logs of ended runs", fileSize(room.logs_bytes)],
    ["Folders of runs", fileSize(room.workspaces_bytes)],
    ["Together", fileSize(taken_bytes)],
    ["May take", quotaText(room)],
  ];
  return (
    <div className="flex flex-col gap-3 p-4">
      {quota_bytes === null ? null : (
        <ProgressBar value={taken_bytes / quota_bytes} label="Of the project's quota" />
      )}
      <dl className="grid grid-cols-[minmax(0,max-content)_minmax(0,1fr)] gap-x-6 gap-y-1 text-list">
        {rows.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
