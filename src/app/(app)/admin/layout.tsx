import type { ReactNode } from "react";
import { FrameContent } from "../../../components/frame/frame";
import { TopBar } from "../../../components/frame/top-bar";
import { ForbiddenState } from "../../../components/states";
import { AdminFrame } from "../../../features/shell/ui/admin-frame";
import { requireActor } from "../require-actor";

/** For administrators of the installation; others are told who could let them in. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const { is_admin } = await requireActor();
  if (is_admin) return <AdminFrame>{children}</AdminFrame>;
  return (
    <>
      <TopBar title="Administration" />
      <FrameContent>
        <ForbiddenState
          page
          className="flex-1"
          message="Only administrators of this installation can. One of them can make you an administrator."
        />
      </FrameContent>
    </>
  );
}
