import type { Metadata } from "next";
import { BoardOrReplay } from "../../../../features/replay/ui/or-replay";

export const metadata: Metadata = { title: "Board" };

export default function Page() {
  return <BoardOrReplay />;
}
