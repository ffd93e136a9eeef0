"use client";

import { fileSize } from "../../../components/file-size";
import { ProgressBar } from "../../../components/progress-bar";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import type { Room } from "../schema";
import { useRoom } from "./use-room";

const SAYS: Record<Room["status"], string> = {
  ok: "There is room.",
  low: "Below the low-water mark: no run starts and nothing can be uploaded until there is room. Delete runs or artifacts, remove what else lies on this disk, or give it more; it goes on by itself.",
  full: "Full: the database may fail to write. At the server, `npx phaseboard doctor --free` gives up the file that is kept for this, so that there is room to delete something; then delete runs, or what else lies on this disk.",
};

/** The server's lowest disk, for administrators. */
export function DiskSection() {
  const room = useRoom();
  return (
    <Section
      title="Disk"
      description="The server's lowest one: of the data folder, or of the database in it."
    >
      <QueryView query={room} skeleton={<SkeletonRows rows={2} label="Loading the disk" />}>
        {({ status, disk }) => (
          <div className="flex flex-col gap-3 p-4 text-list">
            <p className={status === "ok" ? undefined : "font-medium text-needs-you"}>{SAYS[status]}</p>
            {disk ? (
              <>
                <ProgressBar value={1 - disk.free_bytes / disk.total_bytes} label="Of the disk in use" />
                <p className="text-muted tabular-nums">
                  {fileSize(disk.free_bytes)} of {fileSize(disk.total_bytes)} are free;{" "}
                  {fileSize(disk.low_water_bytes)} have to be.
                </p>
              </>
            ) : null}
          </div>
        )}
      </QueryView>
    </Section>
  );
}
