"use client";

import { fileSize } from "../../../components/file-size";
import { useProject } from "../../projects/ui/project-provider";
import { Banner } from "./banner";
import { useProjectRoom, useRoom } from "./use-room";

const GOES_ON = "Steps at work go on, and what waits begins by itself once there is room.";

/** Says on every page that a disk of the server is nearly full; to administrators with numbers and what to do. */
export function RoomBanner({ isAdmin }: { isAdmin: boolean }) {
  const { data } = useRoom();
  if (!data || data.status === "ok") return null;
  const what =
    data.status === "full"
      ? "The server's disk is full: no run starts, nothing can be uploaded, and changes may not be saved."
      : "The server's disk is nearly full: no run starts and nothing can be uploaded.";
  if (!isAdmin) return <Banner>{`${what} ${GOES_ON} An administrator of this server can make room.`}</Banner>;
  const numbers = data.disk
    ? ` ${fileSize(data.disk.free_bytes)} are free and ${fileSize(data.disk.low_water_bytes)} have to be.`
    : "";
  return <Banner href="/admin/storage" link="Make room">{`${what}${numbers} ${GOES_ON}`}</Banner>;
}

/** Says on the pages of a project why none of its runs starts. */
export function ProjectRoomBanner() {
  const { id, slug } = useProject();
  const server = useRoom();
  const { data } = useProjectRoom(id);
  if (data?.held_by === "quota" && data.quota_bytes !== null) {
    return (
      <Banner href={`/p/${slug}/settings/storage`} link="What it takes">
        {`This project takes all of the ${fileSize(data.quota_bytes)} that it may, so no run of it starts and nothing can be uploaded to it. Delete runs or artifacts; an administrator can give it more.`}
      </Banner>
    );
  }
  // What holds for the whole server is said above.
  if (data?.held_by !== "disk" || server.data?.status !== "ok") return null;
  return (
    <Banner>
      {`The disk of this project's folder is nearly full, so no run of it starts and nothing can be uploaded to it. ${GOES_ON} Whoever runs the server can make room.`}
    </Banner>
  );
}
