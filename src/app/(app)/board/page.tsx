import type { Metadata } from "next";
import { AllBoardPage } from "../../../features/board/ui/all-board";

export const metadata: Metadata = { title: "Board of all projects" };

export default function Page() {
  return <AllBoardPage />;
}
