import type { Metadata } from "next";
import { BoardOrReplay } from "../../../../features/replay/ui/board-or-replay";

export const metadata: Metadata = { title: "Board" };

export default function Page() {
  return <BoardOrReplay />;
}
