import type { Metadata } from "next";
import { BoardPage } from "../../../../features/board/ui/board-page";

export const metadata: Metadata = { title: "Board" };

export default function Page() {
  return <BoardPage />;
}
