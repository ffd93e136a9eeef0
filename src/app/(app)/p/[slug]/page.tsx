import { BoardOrReplay } from "../../../../features/replay/ui/board-or-replay";

export default function Page() {
  return <BoardOrReplay />;
}
