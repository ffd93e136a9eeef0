import { trpc } from "../../../trpc/react";

const ROOM_MS = 15_000;

/** How much room the server has. Asked again and again, since no event tells of it. */
export const useRoom = () => trpc.room.get.useQuery(undefined, { refetchInterval: ROOM_MS });

/** What the project takes and may take. */
export const useProjectRoom = (project_id: string) =>
  trpc.room.ofProject.useQuery({ project_id }, { refetchInterval: ROOM_MS });
