import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { CommandsProvider } from "../../components/commands";
import { Frame } from "../../components/frame/frame";
import { RAIL_COOKIE } from "../../components/theme";
import { RoomBanner } from "../../features/room/ui/room-banner";
import { Finder } from "../../features/search/ui/finder";
import { AppRail } from "../../features/shell/ui/app-rail";
import { requireActor } from "./require-actor";

export default async function AppLayout({ children }: { children: ReactNode }) {
  const { name, email, is_admin } = await requireActor();
  const folded = (await cookies()).get(RAIL_COOKIE)?.value === "folded";
  return (
    <CommandsProvider>
      <Finder isAdmin={is_admin} />
      <Frame
        rail={<AppRail folded={folded} person={{ name, email, is_admin }} />}
        banner={<RoomBanner isAdmin={is_admin} />}
      >
        {children}
      </Frame>
    </CommandsProvider>
  );
}
