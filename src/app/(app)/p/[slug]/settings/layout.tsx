import type { ReactNode } from "react";
import { SettingsFrame } from "../../../../../features/projects/ui/settings-frame";

export default function SettingsLayout({ children }: { children: ReactNode }) {
  return <SettingsFrame>{children}</SettingsFrame>;
}
